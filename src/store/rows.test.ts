import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../base/secret.ts';
import type { SshKey } from '../model/ssh-key.ts';
import { by, memory, push, release, reveal, secrets } from './samples.fixture.ts';
import type { Store } from './store.ts';

test('Apps are made, found, changed field by field, listed by name.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  store.apps.create('blog', 2);
  assert.deepEqual(shop, {
    id: shop.id,
    name: 'shop',
    createdAt: 1,
    current: null,
    stopped: false,
    locked: false,
    deployBranch: null,
  });
  assert.throws(() => store.apps.create('shop', 3), { code: 'E_APP_EXISTS' });
  store.apps.set(shop.id, { locked: true });
  store.apps.set(shop.id, { deployBranch: 'main', stopped: true });
  assert.deepEqual(store.apps.find('shop'), { ...shop, locked: true, deployBranch: 'main', stopped: true });
  store.apps.set(shop.id, { deployBranch: null });
  assert.equal(store.apps.find('shop')?.deployBranch, null);
  assert.deepEqual(
    store.apps.all().map((app) => app.name),
    ['blog', 'shop'],
  );
  assert.equal(store.apps.find('none'), undefined);
  assert.throws(() => store.apps.set(99, { locked: true }), /App 99/);
  store.close();
});

test('Config of an app and the global one are apart, and values come back as they were.', () => {
  const store = memory();
  const { id } = store.apps.create('shop', 1);
  store.config.set(id, secrets({ B: 'two\nlines', A: '', __proto__x: 'odd' }));
  store.config.set(null, secrets({ A: 'global' }));
  store.config.set(null, secrets({ A: 'changed', C: '💧' }));
  assert.deepEqual(reveal(store.config.get(id)), { A: '', B: 'two\nlines', __proto__x: 'odd' });
  assert.deepEqual(reveal(store.config.get(null)), { A: 'changed', C: '💧' });
  store.config.unset(null, ['A', 'missing']);
  assert.deepEqual(reveal(store.config.get(null)), { C: '💧' });
  assert.deepEqual(reveal(store.config.get(id)), { A: '', B: 'two\nlines', __proto__x: 'odd' });
  assert.throws(() => store.config.set(99, secrets({ A: 'x' })));
  store.close();
});

test('Properties of an app and the global ones are apart.', () => {
  const store = memory();
  const { id } = store.apps.create('shop', 1);
  store.properties.set(id, 'ps.stop-timeout', '10');
  store.properties.set(id, 'ps.stop-timeout', '20');
  store.properties.set(null, 'ps.stop-timeout', '30');
  store.properties.set(null, 'git.keep-git-dir', 'true');
  assert.equal(store.properties.get(id, 'ps.stop-timeout'), '20');
  assert.deepEqual(store.properties.all(null), { 'git.keep-git-dir': 'true', 'ps.stop-timeout': '30' });
  store.properties.unset(null, 'ps.stop-timeout');
  assert.equal(store.properties.get(null, 'ps.stop-timeout'), undefined);
  assert.equal(store.properties.get(id, 'ps.stop-timeout'), '20');
  store.close();
});

test('Domains keep their order, and one that another app has is refused with nothing changed.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  const blog = store.apps.create('blog', 1);
  store.domains.replace(shop.id, ['z.example.com', 'a.example.com', 'z.example.com']);
  store.domains.replace(null, ['example.com', 'a.example.com']);
  assert.deepEqual(store.domains.of(shop.id), ['z.example.com', 'a.example.com']);
  store.domains.replace(blog.id, ['blog.example.com']);
  assert.throws(() => store.domains.replace(blog.id, ['new.example.com', 'a.example.com']), {
    code: 'E_DOMAIN_TAKEN',
    message: 'a.example.com belongs to another app',
  });
  assert.deepEqual(store.domains.of(blog.id), ['blog.example.com']);
  assert.deepEqual(store.domains.of(null), ['example.com', 'a.example.com']);
  assert.deepEqual(
    [...store.domains.owners()],
    [
      ['a.example.com', 'shop'],
      ['blog.example.com', 'blog'],
      ['z.example.com', 'shop'],
    ],
  );
  store.close();
});

test('A release is recorded as pending with the next number of its app and comes back whole.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  const blog = store.apps.create('blog', 1);
  const first = store.releases.record(shop, release, by);
  const record = {
    release: { ...release, app: 'shop', number: 1 },
    state: 'pending',
    createdAt: 5,
    createdBy: 'ann',
    deploy: 7,
  };
  assert.deepEqual(first, record);
  assert.deepEqual(store.releases.find(shop, 1), record);
  assert.deepEqual(reveal(first.release.config), reveal(release.config));
  assert.equal(store.releases.record(blog, release, by).release.number, 1);
  assert.equal(store.releases.record(shop, { ...release, revision: null }, by).release.number, 2);
  store.releases.setState(shop, 1, 'failed');
  assert.deepEqual(
    store.releases.list(shop).map(({ release, state }) => [release.number, release.revision, state]),
    [
      [2, null, 'pending'],
      [1, '1a2b3c4', 'failed'],
    ],
  );
  assert.equal(store.releases.find(shop, 3), undefined);
  assert.throws(() => store.releases.setState(shop, 3, 'passed'), /Release 3 of app shop/);
  store.close();
});

test('A release number that was taken back with its transaction is the next one; a recorded one never comes again.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  assert.throws(() =>
    store.transaction(() => {
      store.releases.record(shop, release, by);
      throw new Error('no');
    }),
  );
  assert.equal(store.releases.record(shop, release, by).release.number, 1);
  assert.equal(store.releases.record(shop, release, by).release.number, 2);
  store.close();
});

test('Only a release that passed can become current.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  store.releases.record(shop, release, by);
  assert.throws(() => store.apps.set(shop.id, { current: 1 }), /only a release that passed/);
  store.releases.setState(shop, 1, 'failed');
  assert.throws(() => store.apps.set(shop.id, { current: 1 }), /only a release that passed/);
  assert.throws(() => store.apps.set(shop.id, { current: 2 }), /only a release that passed/);
  store.releases.setState(shop, 1, 'passed');
  store.apps.set(shop.id, { current: 1 });
  assert.equal(store.apps.find('shop')?.current, 1);
  store.close();
});

test('Deploys count over all apps and go from queued to their end.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  const blog = store.apps.create('blog', 1);
  const first = store.deploys.create(shop, push);
  const second = store.deploys.create(blog, { ...push, kind: 'rollback', subject: 'v1' });
  assert.deepEqual(first, {
    ...push,
    id: 1,
    app: 'shop',
    state: 'queued',
    startedAt: null,
    finishedAt: null,
    release: null,
    failure: null,
    steps: [],
    builder: null,
    drained: null,
  });
  assert.equal(second.id, 2);
  store.deploys.start(1, 11);
  store.deploys.setRelease(1, 4);
  assert.deepEqual(store.deploys.unfinished(), [
    { ...first, state: 'running', startedAt: 11, release: 4 },
    second,
  ]);
  const failure = { code: 'E_NOT_HEALTHY', message: 'web.1 does not answer' };
  const steps = [{ name: 'build', milliseconds: 90.5 }];
  store.deploys.finish(1, { state: 'failed', at: 12, failure, steps });
  store.deploys.finish(2, { state: 'succeeded', at: 13, failure: null, steps: [] });
  const counts = { request: 3, stream: 0, websocket: 1 };
  const drained = { milliseconds: 1200, finished: counts, closed: counts, times: counts };
  store.deploys.setDrained(1, drained);
  store.deploys.setDrained(99, drained);
  assert.deepEqual(store.deploys.find(1), {
    ...first,
    state: 'failed',
    startedAt: 11,
    finishedAt: 12,
    release: 4,
    failure,
    steps,
    drained,
  });
  assert.deepEqual(store.deploys.unfinished(), []);
  assert.throws(() => store.deploys.start(99, 1), /Deploy 99/);
  assert.equal(store.deploys.find(99), undefined);
  store.close();
});

test('Deploys are listed newest first, of one app, up to a limit.', () => {
  const store = memory();
  const shop = store.apps.create('shop', 1);
  const blog = store.apps.create('blog', 1);
  for (const app of [shop, blog, shop, shop]) store.deploys.create(app, push);
  assert.deepEqual(
    store.deploys.list(shop, 2).map((deploy) => deploy.id),
    [4, 3],
  );
  store.close();
});

test('Events are listed newest first, of one app or all, after an id, up to a limit.', () => {
  const store = memory();
  const event = { at: 1, actor: 'ann', operation: 'config:set', subject: 'GREETING', outcome: 'ok' };
  for (const app of ['shop', 'blog', null, 'shop']) store.events.add({ ...event, app });
  const ids = (query: Parameters<Store['events']['list']>[0]) => store.events.list(query).map(({ id }) => id);
  assert.deepEqual(ids({ limit: 10 }), [4, 3, 2, 1]);
  assert.deepEqual(ids({ limit: 10, app: 'shop' }), [4, 1]);
  assert.deepEqual(ids({ limit: 10, app: 'shop', after: 1 }), [4]);
  assert.deepEqual(ids({ limit: 2 }), [4, 3]);
  assert.deepEqual(store.events.list({ limit: 1, after: 2, app: undefined }), [
    { ...event, app: 'shop', id: 4 },
  ]);
  store.close();
});

test('A key is there once, by name and by fingerprint.', () => {
  const store = memory();
  const key: SshKey = {
    name: 'laptop',
    fingerprint: 'SHA256:abc',
    publicKey: 'ssh-ed25519 AAAA',
    addedAt: 1,
    role: 'admin',
  };
  store.keys.add(key);
  assert.throws(() => store.keys.add({ ...key, fingerprint: 'SHA256:def' }), {
    code: 'E_EXISTS',
    message: /laptop/,
  });
  assert.throws(() => store.keys.add({ ...key, name: 'desk' }), {
    code: 'E_EXISTS',
    message: /named laptop/,
  });
  store.keys.add({ ...key, name: 'desk', fingerprint: 'SHA256:def' });
  assert.deepEqual(store.keys.find('laptop'), key);
  assert.deepEqual(
    store.keys.all().map(({ name }) => name),
    ['desk', 'laptop'],
  );
  store.keys.remove('laptop');
  assert.equal(store.keys.find('laptop'), undefined);
  store.close();
});

test('Jobs are kept in their order, what a detached one will do is sealed until it has ended, and old ones go.', () => {
  const store = memory();
  const asked = { app: 'shop', operation: 'ps:stop', actor: 'ann', createdAt: 1 };
  const bound = store.jobs.create({ ...asked, running: true, order: null });
  const detached = store.jobs.create({ ...asked, app: 'blog', running: false, order: new Secret('{"a":1}') });
  assert.deepEqual([bound.state, bound.startedAt, bound.detached], ['running', 1, false]);
  assert.deepEqual([detached.state, detached.startedAt, detached.detached], ['waiting', null, true]);
  assert.equal(store.jobs.order(bound.id), undefined);
  assert.equal(store.jobs.order(detached.id)?.reveal(), '{"a":1}');
  store.jobs.start(detached.id, 5);
  assert.equal(store.jobs.find(detached.id)?.startedAt, 5);
  store.jobs.requeue(detached.id);
  assert.equal(store.jobs.find(detached.id)?.state, 'waiting');
  assert.deepEqual(
    store.jobs.unfinished().map(({ id }) => id),
    [bound.id, detached.id],
  );
  store.jobs.finish(detached.id, { state: 'failed', at: 9, failure: { code: 'E_X', message: 'no' } });
  const ended = store.jobs.find(detached.id);
  assert.deepEqual([ended?.state, ended?.finishedAt, ended?.detached], ['failed', 9, true]);
  assert.deepEqual(ended?.failure, { code: 'E_X', message: 'no' });
  assert.equal(store.jobs.order(detached.id), undefined);
  assert.deepEqual(
    store.jobs.list({ app: 'shop', limit: 10 }).map(({ id }) => id),
    [bound.id],
  );
  const waiting = store.jobs.create({ ...asked, running: false, order: null });
  store.jobs.rename('shop', 'store');
  const appsOf = () => store.jobs.list({ limit: 10 }).map(({ id, app }) => `${id} ${app}`);
  assert.deepEqual(appsOf(), [`${waiting.id} shop`, `${detached.id} blog`, `${bound.id} store`]);
  const other = store.jobs.create({ ...asked, app: 'blog', running: true, order: null });
  store.jobs.forget('blog');
  assert.deepEqual(appsOf(), [`${other.id} blog`, `${waiting.id} shop`, `${bound.id} store`]);
  store.jobs.finish(other.id, { state: 'succeeded', at: 9, failure: null });
  assert.deepEqual(store.jobs.prune(0), [other.id]);
  store.jobs.skipTo(50);
  assert.equal(store.jobs.create({ ...asked, running: true, order: null }).id, 51);
  assert.equal(store.jobs.find(bound.id)?.state, 'running');
  assert.throws(() => store.jobs.start(99, 1), /Job 99/);
  store.close();
});
