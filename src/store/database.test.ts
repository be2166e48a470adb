import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Database } from './database.ts';
import { migrate, migrations } from './migrate.ts';
import type { Row } from './row.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-database-'));
test.after(() => rmSync(folder, { recursive: true }));

function numbers(): Database {
  const database = new Database(':memory:');
  database.execute('CREATE TABLE numbers (n INTEGER NOT NULL) STRICT');
  return database;
}

const put = (database: Database, n: number) => database.run('INSERT INTO numbers VALUES (?)', [n]);
const all = (database: Database) =>
  database.all('SELECT n FROM numbers ORDER BY n', [], (row) => row.integer('n'));
const version = (database: Database) =>
  database.get('PRAGMA user_version', [], (row: Row) => row.integer('user_version'));

test('A file is opened with write-ahead log, full sync, foreign keys, and for its owner only.', () => {
  const path = join(folder, 'modes.sqlite');
  const database = new Database(path);
  database.execute('CREATE TABLE t (a) ');
  const pragma = (name: string) => database.get(`SELECT * FROM pragma_${name}`, [], (row) => row);
  assert.equal(pragma('journal_mode').text('journal_mode'), 'wal');
  assert.equal(pragma('synchronous').integer('synchronous'), 2);
  assert.equal(pragma('foreign_keys').integer('foreign_keys'), 1);
  assert.equal(pragma('busy_timeout').integer('timeout'), 5000);
  for (const end of ['', '-wal', '-shm']) assert.equal(statSync(path + end).mode & 0o777, 0o600, end);
  database.close();
});

test('A transaction keeps all or nothing, and an inner one fails by itself.', () => {
  const database = numbers();
  assert.throws(() =>
    database.transaction(() => {
      put(database, 1);
      throw new Error('no');
    }),
  );
  assert.deepEqual(all(database), []);
  const result = database.transaction(() => {
    put(database, 2);
    assert.throws(() =>
      database.transaction(() => {
        put(database, 3);
        database.transaction(() => put(database, 4));
        throw new Error('no');
      }),
    );
    database.transaction(() => put(database, 5));
    return 'done';
  });
  assert.equal(result, 'done');
  assert.deepEqual(all(database), [2, 5]);
  assert.throws(() =>
    database.transaction(() => {
      database.transaction(() => put(database, 6));
      throw new Error('no');
    }),
  );
  assert.deepEqual(all(database), [2, 5]);
  database.close();
});

test('A transaction whose work would go on later is refused and undone.', () => {
  const database = numbers();
  assert.throws(() => database.transaction(() => Promise.resolve(put(database, 1))), /must not wait/);
  assert.deepEqual(all(database), []);
  database.close();
});

test('A full disk is E_DISK_FULL, undoes the transaction, and what was there before stays.', () => {
  const database = new Database(join(folder, 'full.sqlite'));
  database.execute('CREATE TABLE texts (t TEXT NOT NULL) STRICT; PRAGMA max_page_count = 20');
  const write = (text: string) => database.run('INSERT INTO texts VALUES (?)', [text]);
  write('first');
  const writeMuch = () =>
    database.transaction(() => Array.from({ length: 50 }, () => write('x'.repeat(4000))));
  assert.throws(writeMuch, { code: 'E_DISK_FULL' });
  assert.throws(() => write('x'.repeat(200_000)), { code: 'E_DISK_FULL' });
  write('after');
  assert.deepEqual(
    database.all('SELECT t FROM texts', [], (row) => row.text('t')),
    ['first', 'after'],
  );
  database.close();
});

test('A file that is no database, or that cannot be made, is E_STORE.', () => {
  const path = join(folder, 'text');
  writeFileSync(path, 'This is not a database. '.repeat(100));
  assert.throws(() => new Database(path), { code: 'E_STORE' });
  assert.throws(() => new Database(join(folder, 'none', 'store')), { code: 'E_STORE', message: /ENOENT/ });
});

test('Migrations run once each; one that fails leaves the version before it and nothing of itself.', () => {
  const database = new Database(':memory:');
  migrate(database, ['CREATE TABLE a (x)']);
  assert.throws(() =>
    migrate(database, ['no SQL', 'CREATE TABLE b (x)', 'CREATE TABLE c (x); INSERT INTO d VALUES (1)']),
  );
  assert.equal(version(database), 2);
  const names = database.all('SELECT name FROM sqlite_schema ORDER BY name', [], (row) => row.text('name'));
  assert.deepEqual(names, ['a', 'b']);
  database.close();
});

test('A store newer than the program is refused and not touched.', () => {
  const database = new Database(':memory:');
  database.execute(`PRAGMA user_version = ${migrations.length + 1}`);
  assert.throws(() => migrate(database), { code: 'E_STORE', hint: /newer Slipway/ });
  assert.equal(version(database), migrations.length + 1);
  database.close();
});

test('A column of another type than expected is an error that names it.', () => {
  const database = new Database(':memory:');
  const sql = `SELECT 'text' AS a, 1.5 AS b, NULL AS c, 2 AS d`;
  const row = database.get(sql, [], (row) => row);
  assert.throws(() => row.integer('a'), /Column a .* not an integer/);
  assert.throws(() => row.integer('b'), /Column b/);
  assert.throws(() => row.text('c'), /Column c .* not a text/);
  assert.throws(() => row.flag('d'), /not 0 or 1/);
  assert.throws(() => row.bytes('a'), /not bytes/);
  assert.throws(() => row.oneOf('a', ['yes', 'no']), /not yes or no/);
  assert.throws(() => row.text('missing'), /not there/);
  assert.equal(row.textOrNull('c'), null);
  database.close();
});
