import { roles } from '../model/access.ts';
import { failure } from '../model/failures.ts';
import type { SshKey } from '../model/ssh-key.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { KeyRows } from './store.ts';

export function keyRows(database: Database): KeyRows {
  return {
    add: (key) => database.transaction(() => add(database, key)),
    all: () => database.all('SELECT * FROM keys ORDER BY name', [], decode),
    find: (name) => database.find('SELECT * FROM keys WHERE name = ?', [name], decode),
    remove: (name) => void database.run('DELETE FROM keys WHERE name = ?', [name]),
  };
}

function add(database: Database, key: SshKey): void {
  const same = database.find(
    'SELECT * FROM keys WHERE name = ? OR fingerprint = ?',
    [key.name, key.fingerprint],
    decode,
  );
  if (same?.name === key.name) throw failure('E_EXISTS', `A key named ${key.name} is there already`);
  if (same)
    throw failure('E_EXISTS', `This key is there already, named ${same.name}`, {
      hint: `it needs no second name; for another one or another role: slipway ssh-keys:remove ${same.name}, then add it again`,
    });
  database.run('INSERT INTO keys (name, fingerprint, public_key, added_at, role) VALUES (?, ?, ?, ?, ?)', [
    key.name,
    key.fingerprint,
    key.publicKey,
    key.addedAt,
    key.role,
  ]);
}

function decode(row: Row): SshKey {
  return {
    name: row.text('name'),
    fingerprint: row.text('fingerprint'),
    publicKey: row.text('public_key'),
    addedAt: row.integer('added_at'),
    role: row.oneOf('role', roles),
  };
}
