import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../base/secret.ts';
import { memory, reveal, secrets } from './samples.fixture.ts';
import type { NewService, Store } from './store.ts';

const db: NewService = {
  kind: 'postgres',
  name: 'db',
  createdAt: 5,
  createdBy: 'ann',
  image: { reference: 'postgres:15', id: 'sha256:1', digest: null },
  login: {
    user: 'postgres',
    password: new Secret('p"ass\nword'),
    adminPassword: new Secret('admin'),
    database: 'db',
  },
  env: secrets({ TZ: 'UTC' }),
  size: { memory: 1024, shm: null },
  options: ['-c', 'max_connections=5'],
};

test('Services are kept whole, one of a name in each kind.', () => {
  const store = memory();
  const made = store.services.create(db);
  const { login, env, ...plain } = made;
  const { login: given, env: givenEnv, ...rest } = db;
  assert.deepEqual(plain, {
    ...rest,
    id: made.id,
    volume: 1,
    state: 'making',
    stopped: false,
    kept: null,
    filling: null,
    exposed: null,
    archived: false,
  });
  assert.equal(login.password.reveal(), given.password.reveal());
  assert.equal(login.adminPassword.reveal(), 'admin');
  assert.deepEqual(reveal(env), reveal(givenEnv));
  assert.throws(() => store.services.create(db), { code: 'E_EXISTS' });
  store.services.create({ ...db, kind: 'redis' });
  store.services.create({ ...db, name: 'a' });
  assert.deepEqual(
    store.services.all().map(({ kind, name }) => `${kind}:${name}`),
    ['postgres:a', 'postgres:db', 'redis:db'],
  );
  assert.equal(store.services.all('redis').length, 1);
  store.services.set(made.id, { state: 'ready' });
  store.services.set(made.id, { stopped: true });
  const found = store.services.find(db);
  assert.deepEqual([found?.state, found?.stopped], ['ready', true]);
  store.services.remove(made.id);
  assert.equal(store.services.find(db), undefined);
  store.close();
});

test('What is changed of a service is kept, and nothing else of it changes.', () => {
  const store = memory();
  const { id } = store.services.create(db);
  const kept = { image: db.image, volume: 1, options: db.options, since: 7 };
  const change = {
    image: { reference: 'postgres:17', id: 'sha256:2', digest: 'sha256:3' },
    size: { memory: null, shm: 64 },
    options: [],
    volume: 2,
    kept,
    filling: 3,
    exposed: { address: '127.0.0.1', port: 5432 },
    archived: true,
  };
  store.services.set(id, { ...change, env: secrets({ TZ: 'CET' }) });
  store.services.set(id, {});
  const { login, env, ...found } = store.services.find(db) ?? assert.fail();
  const { login: _login, env: _env, ...before } = db;
  assert.deepEqual(found, { ...before, ...change, id, state: 'making', stopped: false });
  assert.deepEqual([login.password.reveal(), reveal(env)], [db.login.password.reveal(), { TZ: 'CET' }]);
  store.services.forgetFilling();
  store.services.set(id, { kept: null });
  assert.deepEqual([store.services.find(db)?.kept, store.services.find(db)?.filling], [null, null]);
  store.close();
});

test('No secret of a service can be read in the file.', () => {
  const store = memory();
  store.services.create(db);
  const { password } = store.services.find(db)?.login ?? {};
  assert.equal(String(password), '[hidden]');
  assert.doesNotMatch(JSON.stringify(store.services.all()), /ass\\nword|admin"/);
  store.close();
});

test('Links go with their app or service, and follow a new name.', () => {
  const { store, service, shop, blog } = linked();
  const names = () => store.links.ofService(service).map(({ app, state }) => `${app} ${state}`);
  assert.deepEqual(names(), ['blog linking', 'shop linked']);
  assert.deepEqual(store.links.ofApp(shop), [
    { kind: 'postgres', name: 'db', app: 'shop', state: 'linked', query: 'a=b' },
  ]);
  store.apps.rename(shop, 'store');
  assert.deepEqual(names(), ['blog linking', 'store linked']);
  store.apps.remove(blog);
  assert.deepEqual(names(), ['store linked']);
  store.services.remove(service);
  assert.deepEqual(store.links.ofApp(shop), []);
  store.close();
});

test('What was cut off is taken back: no half link, and none that is half gone.', () => {
  const { store, service, shop } = linked();
  store.links.set(service, shop, { state: 'unlinking', query: 'a=b' });
  store.links.settle();
  assert.deepEqual(
    store.links.ofService(service).map(({ app, state, query }) => [app, state, query]),
    [['shop', 'linked', 'a=b']],
  );
  store.close();
});

function linked(): {
  readonly store: Store;
  readonly service: number;
  readonly shop: number;
  readonly blog: number;
} {
  const store = memory();
  const shop = store.apps.create('shop', 1).id;
  const blog = store.apps.create('blog', 1).id;
  const service = store.services.create(db).id;
  store.links.set(service, shop, { state: 'linked', query: 'a=b' });
  store.links.set(service, blog, { state: 'linking', query: '' });
  return { store, service, shop, blog };
}
