import type { Database } from './database.ts';
import type { PropertyRows } from './store.ts';

export function propertyRows(database: Database): PropertyRows {
  return {
    get: (app, name) =>
      database.find('SELECT value FROM properties WHERE app IS ? AND name = ?', [app, name], (row) =>
        row.text('value'),
      ),
    set: (app, name, value) =>
      void database.run('INSERT OR REPLACE INTO properties (app, name, value) VALUES (?, ?, ?)', [
        app,
        name,
        value,
      ]),
    unset: (app, name) =>
      void database.run('DELETE FROM properties WHERE app IS ? AND name = ?', [app, name]),
    all: (app) => all(database, app),
  };
}

function all(database: Database, app: number | null): Readonly<Record<string, string>> {
  const sql = 'SELECT name, value FROM properties WHERE app IS ? ORDER BY name';
  return Object.fromEntries(database.all(sql, [app], (row) => [row.text('name'), row.text('value')]));
}
