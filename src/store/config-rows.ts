import type { Config } from '../model/release.ts';
import type { Database } from './database.ts';
import type { ConfigRows, Sealer } from './store.ts';

export function configRows(database: Database, sealer: Sealer): ConfigRows {
  return {
    get: (app) => get(database, sealer, app),
    set: (app, values) => database.transaction(() => set(database, sealer, { app, values })),
    unset: (app, keys) => database.transaction(() => unset(database, app, keys)),
  };
}

function get(database: Database, sealer: Sealer, app: number | null): Config {
  const sql = 'SELECT key, sealed FROM config WHERE app IS ? ORDER BY key';
  const pairs = database.all(
    sql,
    [app],
    (row) => [row.text('key'), sealer.open(row.bytes('sealed'))] as const,
  );
  return Object.fromEntries(pairs);
}

function set(
  database: Database,
  sealer: Sealer,
  { app, values }: { app: number | null; values: Config },
): void {
  for (const [key, value] of Object.entries(values)) {
    database.run('INSERT OR REPLACE INTO config (app, key, sealed) VALUES (?, ?, ?)', [
      app,
      key,
      sealer.seal(value),
    ]);
  }
}

function unset(database: Database, app: number | null, keys: readonly string[]): void {
  for (const key of keys) database.run('DELETE FROM config WHERE app IS ? AND key = ?', [app, key]);
}
