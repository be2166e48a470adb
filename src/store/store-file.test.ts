import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Failure } from '../base/failure.ts';
import { Secret } from '../base/secret.ts';
import { Database } from './database.ts';
import { migrate, migrations } from './migrate.ts';
import { StoreFile } from './store-file.ts';

/** A store in a folder of its own, on a clock that the test sets. */
function storeIn(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  const clock = { at: Date.UTC(2026, 0, 1) };
  const opened: StoreFile[] = [];
  t.after(() => {
    for (const file of opened) file.close();
    rmSync(folder, { recursive: true });
  });
  const open = () => {
    opened.at(-1)?.close();
    const file = new StoreFile(folder, () => clock.at);
    opened.push(file);
    return file;
  };
  return { folder, clock, open, at: (name: string) => join(folder, name) };
}

const day = 86_400_000;
const nothing = () => {};

/** Overwrites the middle of the file, as a broken disk would. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0x5a, 4096 + 100, bytes.length - 100);
  writeFileSync(path, bytes);
}

describe('a copy of the store', () => {
  it('is a store with all that was committed, which only its owner may read', (t) => {
    const { at, open } = storeIn(t);
    const file = open();
    file.store.apps.create('shop', 1);
    file.store.config.set(null, { A: new Secret('x') });
    const { path } = file.copy();
    assert.equal(path, at('backups/slipway-20260101T000000Z.db'));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    file.close();
    copyFileSync(path, at('slipway.db'));
    const again = open();
    assert.equal(again.problem, null);
    assert.equal(again.store.config.get(null)['A']?.reveal(), 'x');
  });

  it('takes the place of the oldest one of seven', (t) => {
    const { clock, at, open } = storeIn(t);
    const file = open();
    for (let count = 0; count < 9; count += 1) {
      file.copy();
      clock.at += day;
    }
    const names = readdirSync(at('backups')).sort();
    assert.equal(names.length, 7);
    assert.equal(names[0], 'slipway-20260103T000000Z.db');
    assert.deepEqual(
      file.copies().map((copy) => copy.at),
      names.map((_name, index) => Date.UTC(2026, 0, 9 - index)),
    );
  });

  it('that does not pass its check is not kept, and takes the place of none', (t) => {
    const { at, open } = storeIn(t);
    const file = open();
    file.copy();
    const before = readdirSync(at('backups'));
    const other = new Database(at('slipway.db'));
    other.execute(
      "PRAGMA ignore_check_constraints = ON; INSERT INTO apps (name, created_at, locked) VALUES ('x', 1, 2)",
    );
    other.close();
    assert.throws(() => file.copy(), { code: 'E_STORE' });
    assert.deepEqual(readdirSync(at('backups')), before);
  });

  it('is taken before a store of an older version is changed', (t) => {
    const { at, open } = storeIn(t);
    open().close();
    rmSync(at('slipway.db'));
    const old = new Database(at('slipway.db'));
    migrate(old, migrations.slice(0, -1));
    old.close();
    const file = open();
    assert.equal(file.problem, null);
    const [copy] = file.copies();
    const kept = new Database(copy?.path ?? '');
    assert.equal(
      kept.get('PRAGMA user_version', [], (row) => row.integer('user_version')),
      migrations.length - 1,
    );
    kept.close();
  });
});

/** What can become of the file, and what is said of it. */
const accidents: Readonly<
  Record<string, { readonly befall: (path: string) => void; readonly said: RegExp }>
> = {
  'is overwritten in its middle': { befall: damage, said: /damaged/ },
  'is cut in its middle': { befall: (path) => truncateSync(path, 40_000), said: /damaged/ },
  'is no database': { befall: (path) => writeFileSync(path, 'x'.repeat(50_000)), said: /no SQLite database/ },
  'is empty': { befall: (path) => truncateSync(path, 0), said: /is gone/ },
  'is gone': { befall: (path) => rmSync(path), said: /is gone/ },
};

describe('a store whose file', () => {
  for (const [accident, { befall, said }] of Object.entries(accidents)) {
    it(`${accident} says so whatever is asked of it, and is changed by nothing`, (t) => {
      const { at, open } = storeIn(t);
      const first = open();
      first.store.apps.create('shop', 1);
      first.copy();
      first.close();
      befall(at('slipway.db'));
      const before = existsSync(at('slipway.db')) && readFileSync(at('slipway.db'));
      const file = open();
      assert.equal(file.problem?.code, 'E_STORE');
      assert.match(file.problem.message, said);
      assert.match(file.problem.hint ?? '', /server:recover/);
      assert.throws(() => file.store.apps.all(), { code: 'E_STORE' });
      assert.throws(() => file.store.transaction(nothing), { code: 'E_STORE' });
      file.close();
      assert.deepEqual(existsSync(at('slipway.db')) && readFileSync(at('slipway.db')), before);
    });

    it(`${accident} goes on from the newest copy, and the file is kept`, (t) => {
      const { at, clock, open } = storeIn(t);
      const first = open();
      first.store.apps.create('shop', 1);
      first.copy();
      clock.at += day;
      first.store.apps.create('blog', 1);
      first.copy();
      first.close();
      befall(at('slipway.db'));
      const damaged = existsSync(at('slipway.db')) && readFileSync(at('slipway.db'));
      const file = open();
      const { from, setAside, passedOver } = file.restore((store) => void store.apps.create('new', 2));
      assert.deepEqual([from?.at, passedOver], [clock.at, []]);
      assert.deepEqual(
        file.store.apps.all().map(({ name }) => name),
        ['blog', 'new', 'shop'],
      );
      assert.deepEqual(
        existsSync(join(setAside, 'slipway.db')) && readFileSync(join(setAside, 'slipway.db')),
        damaged,
      );
      assert.equal(open().problem, null);
    });
  }
});

describe('restore', () => {
  it('passes over copies that are damaged, and says so', (t) => {
    const { at, clock, open } = storeIn(t);
    const first = open();
    first.copy();
    clock.at += day;
    const newest = first.copy();
    first.close();
    damage(newest.path);
    writeFileSync(at('slipway.db'), 'nothing of use');
    const { from, passedOver } = open().restore(nothing);
    assert.equal(from?.at, clock.at - day);
    assert.deepEqual(
      passedOver.map(({ copy }) => copy),
      [newest],
    );
  });

  it('without any copy goes on with an empty store', (t) => {
    const { at, open } = storeIn(t);
    open().close();
    writeFileSync(at('slipway.db'), 'nothing of use');
    const file = open();
    assert.equal(file.restore(nothing).from, null);
    assert.deepEqual(file.store.apps.all(), []);
  });

  it('changes nothing where the change to the copy fails', (t) => {
    const { at, open } = storeIn(t);
    const first = open();
    first.copy();
    first.close();
    writeFileSync(at('slipway.db'), 'nothing of use');
    const file = open();
    const refuse = () => {
      throw new Failure('E_BUSY', 'no');
    };
    assert.throws(() => file.restore(refuse), { code: 'E_BUSY' });
    assert.equal(readFileSync(at('slipway.db'), 'utf8'), 'nothing of use');
    assert.equal(file.problem?.code, 'E_STORE');
  });
});

describe('a key that', () => {
  it('is missing is said, and none is made in its place', (t) => {
    const { at, open } = storeIn(t);
    const first = open();
    first.store.apps.create('shop', 1);
    first.copy();
    first.close();
    renameSync(at('key'), at('elsewhere'));
    const file = open();
    assert.equal(file.problem?.code, 'E_STORE_KEY');
    assert.throws(() => file.restore(nothing), { code: 'E_STORE_KEY' });
    assert.ok(!existsSync(at('key')));
    renameSync(at('elsewhere'), at('key'));
    file.open();
    assert.equal(file.store.apps.all().length, 1);
  });

  it('is another one is said, and neither it nor the store is changed', (t) => {
    const { at, open } = storeIn(t);
    const first = open();
    first.copy();
    first.close();
    writeFileSync(at('key'), Buffer.alloc(32, 7));
    const before = readFileSync(at('slipway.db'));
    const file = open();
    assert.equal(file.problem?.code, 'E_STORE_KEY');
    assert.throws(() => file.restore(nothing), { code: 'E_STORE_KEY' });
    file.close();
    assert.deepEqual(readFileSync(at('slipway.db')), before);
    assert.deepEqual(readFileSync(at('key')), Buffer.alloc(32, 7));
  });
});
