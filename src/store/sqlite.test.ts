import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Database } from './database.ts';
import { by, memory, push, release, reveal, sealer, secrets } from './samples.fixture.ts';
import { sealerOf } from './sealer.ts';
import { openStore } from './sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-store-'));
test.after(() => rmSync(folder, { recursive: true }));

test('Removing an app removes all that is its own but its events, and no deploy id comes again.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  store.config.set(shop.id, secrets({ A: 'x' }));
  store.properties.set(shop.id, 'a', 'b');
  store.domains.replace(shop.id, ['shop.example.com']);
  store.releases.record(shop, release, by);
  store.releases.setState(shop, 1, 'passed');
  store.apps.set(shop.id, { current: 1 });
  store.deploys.create(shop, push);
  store.events.add({
    at: 1,
    actor: 'ann',
    operation: 'apps:create',
    app: 'shop',
    subject: '',
    outcome: 'ok',
  });
  store.config.set(null, secrets({ A: 'global' }));
  store.apps.remove(shop.id);

  const newShop = store.apps.create('shop', 2);
  assert.notEqual(newShop.id, shop.id);
  for (const app of [shop, newShop]) {
    assert.deepEqual(store.config.get(app.id), {});
    assert.deepEqual(store.properties.all(app.id), {});
    assert.deepEqual(store.domains.of(app.id), []);
    assert.deepEqual(store.releases.list(app), []);
    assert.deepEqual(store.deploys.list(app, 10), []);
  }
  assert.equal(store.domains.owners().size, 0);
  assert.equal(store.events.list({ app: 'shop', limit: 10 }).length, 1);
  assert.deepEqual(reveal(store.config.get(null)), { A: 'global' });
  assert.equal(store.deploys.create(newShop, push).id, 2);
  assert.equal(store.releases.record(newShop, release, by).release.number, 1);
  store.close();
});

test('Calls inside a transaction belong to it.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  assert.throws(() =>
    store.transaction(() => {
      store.config.set(shop.id, secrets({ A: 'x' }));
      store.deploys.create(shop, push);
      throw new Error('no');
    }),
  );
  assert.deepEqual(store.config.get(shop.id), {});
  assert.deepEqual(store.deploys.list(shop, 10), []);
  store.close();
});

test('All is there after the store was closed and opened again, and ids go on.', () => {
  const path = join(folder, 'reopen.sqlite');
  const before = openStore(path, sealer);
  const shop = before.apps.create('shop', 1);
  const record = before.releases.record(shop, release, by);
  before.deploys.create(shop, push);
  before.config.set(shop.id, secrets({ A: 'x' }));
  before.close();
  const store = openStore(path, sealer);
  assert.deepEqual(store.apps.all(), [shop]);
  assert.deepEqual(store.releases.list(shop), [record]);
  assert.deepEqual(reveal(store.config.get(shop.id)), { A: 'x' });
  store.apps.remove(shop.id);
  store.close();
  const after = openStore(path, sealer);
  assert.equal(after.deploys.create(after.apps.create('shop', 2), push).id, 2);
  after.close();
});

test('No value of a config stands readable in any file of the store, which only its owner may read.', () => {
  const home = mkdtempSync(join(folder, 'sealed-'));
  const store = openStore(join(home, 'store.sqlite'), sealer);
  const shop = store.apps.create('readable-app-name', 1);
  const values = secrets({ PASSWORD: 'correct-horse-battery', ONLY_IN_RELEASE: 'staple' });
  store.config.set(shop.id, secrets({ PASSWORD: 'correct-horse-battery' }));
  store.config.set(null, secrets({ GLOBAL: 'global-horse' }));
  store.releases.record(shop, { ...release, config: values }, by);
  assertSealed(home);
  store.close();
  assertSealed(home);
});

function assertSealed(home: string): void {
  const names = readdirSync(home);
  const bytes = Buffer.concat(names.map((name) => readFileSync(join(home, name))));
  assert.ok(bytes.includes('readable-app-name'), 'the search would find a text that is there');
  for (const text of ['correct-horse', 'global-horse', 'staple', 'ONLY_IN_RELEASE']) {
    assert.ok(!bytes.includes(text), text);
    assert.ok(!bytes.includes(Buffer.from(text).toString('base64').slice(0, 8)), text);
  }
  for (const name of names) assert.equal(statSync(join(home, name)).mode & 0o777, 0o600, name);
}

test('A store is refused at once with a key that it was not sealed with.', () => {
  const path = join(folder, 'other-key.sqlite');
  openStore(path, sealer).close();
  assert.throws(() => openStore(path, sealerOf(randomBytes(32))), { code: 'E_STORE_KEY' });
  openStore(path, sealer).close();
});

test('What is recorded of a release cannot be changed, not even by SQL.', () => {
  const path = join(folder, 'immutable.sqlite');
  const store = openStore(path, sealer);
  const shop = store.apps.create('shop', 1);
  store.releases.record(shop, release, by);
  store.close();
  const database = new Database(path);
  for (const change of [
    `image = '{}'`,
    `revision = NULL`,
    'stop_timeout = 1',
    `restart_policy = 'no'`,
    `revision_variable = 'X'`,
    `sealed_config = x'00'`,
    'build = NULL',
    'number = 9',
  ]) {
    assert.throws(
      () => database.execute(`UPDATE releases SET ${change}`),
      /never changed once recorded/,
      change,
    );
  }
  database.close();
});

test('A look through a store that is whole finds nothing, and names what is wrong in one that is not.', () => {
  const path = join(folder, 'looked-through.db');
  const store = openStore(path, sealer);
  store.apps.create('shop', 1);
  assert.deepEqual(store.check(), []);
  const other = new Database(path);
  other.execute('PRAGMA ignore_check_constraints = ON; UPDATE apps SET locked = 2');
  other.close();
  assert.deepEqual(store.check(), ['CHECK constraint failed in apps']);
  store.close();
});
