import type { Database } from './database.ts';
import type { CredentialRows, Sealer } from './store.ts';

export function credentialRows(database: Database, sealer: Sealer): CredentialRows {
  return {
    set: (host, { username, password }) =>
      void database.run('INSERT OR REPLACE INTO credentials (host, username, sealed) VALUES (?, ?, ?)', [
        host,
        username,
        sealer.seal(password),
      ]),
    remove: (host) => database.run('DELETE FROM credentials WHERE host = ?', [host]) > 0,
    find: (host) =>
      database.find('SELECT * FROM credentials WHERE host = ?', [host], (row) => ({
        username: row.text('username'),
        password: sealer.open(row.bytes('sealed')),
      })),
    hosts: () => database.all('SELECT host FROM credentials ORDER BY host', [], (row) => row.text('host')),
  };
}
