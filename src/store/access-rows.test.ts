import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SshKey } from '../model/ssh-key.ts';
import { Database } from './database.ts';
import { keyRows } from './key-rows.ts';
import { migrate, migrations } from './migrate.ts';
import { memory } from './samples.fixture.ts';

const dora: SshKey = {
  name: 'dora',
  fingerprint: 'SHA256:abc',
  publicKey: 'ssh-ed25519 AAAA',
  addedAt: 1,
  role: 'deployer',
};

test('A grant is there once, and goes when it is taken back.', () => {
  const store = memory();
  store.keys.add(dora);
  const [shop, blog] = ['shop', 'blog'].map((name) => store.apps.create(name, 1).id);
  assert.ok(shop !== undefined && blog !== undefined);
  assert.deepEqual(store.access.appsOf('dora'), []);
  assert.equal(store.access.grant('dora', shop), true);
  assert.equal(store.access.grant('dora', shop), false);
  store.access.grant('dora', blog);
  assert.deepEqual(store.access.appsOf('dora'), ['blog', 'shop']);
  assert.equal(store.access.revoke('dora', blog), true);
  assert.equal(store.access.revoke('dora', blog), false);
  assert.deepEqual(store.access.appsOf('dora'), ['shop']);
  store.close();
});

test('A grant goes with its app and with its key: a new one of the name has none.', () => {
  const store = memory();
  store.keys.add(dora);
  const grantShop = () => store.access.grant('dora', store.apps.create('shop', 1).id);
  grantShop();
  store.apps.remove(store.apps.find('shop')?.id ?? 0);
  store.apps.create('shop', 2);
  assert.deepEqual(store.access.appsOf('dora'), []);
  store.apps.remove(store.apps.find('shop')?.id ?? 0);
  grantShop();
  store.keys.remove('dora');
  store.keys.add(dora);
  assert.deepEqual(store.access.appsOf('dora'), []);
  store.close();
});

test('A key of a store from before there were roles may do everything.', () => {
  const database = new Database(':memory:');
  migrate(database, migrations.slice(0, 1));
  database.execute("INSERT INTO keys VALUES ('ann', 'SHA256:abc', 'ssh-ed25519 AAAA', 1)");
  migrate(database);
  assert.equal(keyRows(database).find('ann')?.role, 'admin');
  database.close();
});

test('Events are told of one app, of several, or of all.', () => {
  const store = memory();
  for (const app of ['shop', 'blog', null, 'wiki'])
    store.events.add({ at: 1, actor: 'ann', operation: 'x', app, subject: '', outcome: 'ok' });
  const appsOf = (query: object) => store.events.list({ limit: 10, ...query }).map(({ app }) => app);
  assert.deepEqual(appsOf({}), ['wiki', null, 'blog', 'shop']);
  assert.deepEqual(appsOf({ apps: ['shop', 'wiki'] }), ['wiki', 'shop']);
  assert.deepEqual(appsOf({ apps: [] }), []);
  assert.deepEqual(appsOf({ app: 'blog', apps: ['shop'] }), ['blog']);
  store.close();
});
