import assert from 'node:assert/strict';
import { it } from 'node:test';
import { call, hello, live, push } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

it('A release tells what its image was built from, and those made from it by a config change or a rollback too', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await live(deps, 'shop', { ...hello, Dockerfile: 'FROM nginx:1\nEXPOSE 80' });
  const build = async (release: number) =>
    (await call(deps, ['releases:info', { app: 'shop', release }])).build;
  const first = await build(1);
  const { id, digest } = await deps.images.ensure('nginx:1');
  const base = { name: 'nginx:1', id, digest, from: 'registry' };
  assert.deepEqual(first, {
    builder: 'dockerfile',
    bases: [base],
    language: null,
    plan: null,
    watched: null,
  });
  await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
  await push(deps, ['shop', hello]);
  await call(deps, ['rollback', { app: 'shop', release: 'v1' }]);
  assert.deepEqual([await build(2), await build(4)], [first, first]);
  assert.deepEqual((await build(3))?.bases, []);
  const diff = await call(deps, ['releases:diff', { app: 'shop', from: 'v3', to: 'v4' }]);
  const found = diff.find(({ part }) => part === 'base');
  assert.deepEqual(found, {
    part: 'base',
    name: 'nginx:1',
    change: 'added',
    before: null,
    after: `${digest} (registry)`,
  });
});

it('An image that is deployed as it is, is its own base', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await call(deps, ['apps:create', { app: 'shop' }]);
  await call(deps, ['git:from-image', { app: 'shop', image: 'nginx:1' }]);
  const { build } = await call(deps, ['releases:info', { app: 'shop', release: 1 }]);
  assert.equal(build?.builder, 'image');
  assert.deepEqual(
    build?.bases.map(({ name }) => name),
    ['nginx:1'],
  );
});
