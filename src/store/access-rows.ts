import type { Database } from './database.ts';
import type { AccessRows } from './store.ts';

export function accessRows(database: Database): AccessRows {
  return {
    grant: (key, app) =>
      database.run('INSERT INTO access (key, app) VALUES (?, ?) ON CONFLICT DO NOTHING', [key, app]) > 0,
    revoke: (key, app) => database.run('DELETE FROM access WHERE key = ? AND app = ?', [key, app]) > 0,
    appsOf: (key) =>
      database.all(
        'SELECT name FROM access JOIN apps ON apps.id = access.app WHERE key = ? ORDER BY name',
        [key],
        (row) => row.text('name'),
      ),
  };
}
