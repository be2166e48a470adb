import { failure } from '../model/failures.ts';
import type { Database } from './database.ts';
import type { DomainRows } from './store.ts';

export function domainRows(database: Database): DomainRows {
  return {
    of: (app) =>
      database.all('SELECT domain FROM domains WHERE app IS ? ORDER BY id', [app], (row) =>
        row.text('domain'),
      ),
    owners: () => owners(database),
    replace: (app, domains) => database.transaction(() => replace(database, app, domains)),
  };
}

function owners(database: Database): ReadonlyMap<string, string> {
  const sql = 'SELECT domain, name FROM domains JOIN apps ON apps.id = domains.app ORDER BY domain';
  return new Map(database.all(sql, [], (row) => [row.text('domain'), row.text('name')]));
}

function replace(database: Database, app: number | null, domains: readonly string[]): void {
  database.run('DELETE FROM domains WHERE app IS ?', [app]);
  for (const domain of new Set(domains)) {
    const added = database.run('INSERT INTO domains (app, domain) VALUES (?, ?) ON CONFLICT DO NOTHING', [
      app,
      domain,
    ]);
    if (added === 0) throw failure('E_DOMAIN_TAKEN', `${domain} belongs to another app`);
  }
}
