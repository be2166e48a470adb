import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { call, type Files, hello, live, push, stateOf, tarOf } from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';

const files: Files = { ...hello, 'api/a.js': '1', 'shared/s.js': '1', 'web/w.js': '1' };

/** An app that watches two folders, live as v1. */
async function watching(context: TestContext): Promise<MemoryDeps> {
  const deps = memoryDeps();
  context.after(() => deps.close());
  await call(deps, ['apps:create', { app: 'shop' }]);
  await call(deps, ['builder:set', { app: 'shop', property: 'watch-paths', value: 'api shared/' }]);
  await push(deps, ['shop', files]);
  await deps.settled();
  return deps;
}

/** The release that a push makes live; null: it is taken and not built. */
async function pushed(deps: MemoryDeps, change: Files): Promise<number | null> {
  const { release, changed } = await push(deps, ['shop', { ...files, ...change }]);
  await deps.settled();
  assert.equal(changed, release !== null);
  return release;
}

test('A push that changes nothing of what is watched is taken and not built, and the deploy tells it.', async (context) => {
  const deps = await watching(context);
  const before = await stateOf(deps, 'shop');
  const lines: string[] = [];
  const change = { ...files, 'web/w.js': '2', 'new/x': '' };
  const result = await push(deps, ['shop', change], { onLine: ({ text }) => lines.push(text) });
  assert.deepEqual(result, { release: null, replaced: null, urls: [], changed: false });
  assert.ok(lines.includes('Nothing of api, shared/ has changed since v1: not built'), lines.join('\n'));
  assert.deepEqual(await stateOf(deps, 'shop'), before);
  const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
  assert.deepEqual([deploy?.state, deploy?.release], ['succeeded', null]);
  assert.deepEqual(await deps.sources.list(), [1]);
  assert.equal((await call(deps, ['releases', { app: 'shop' }])).length, 1);
});

test('A push that changes something of it is built, and what is compared is always what is live.', async (context) => {
  const deps = await watching(context);
  assert.equal(await pushed(deps, { 'api/a.js': '2' }), 2);
  assert.equal(await pushed(deps, { 'api/a.js': '2', 'web/w.js': '3' }), null);
  await call(deps, ['rollback', { app: 'shop', release: 'v1' }]);
  await deps.settled();
  assert.equal(await pushed(deps, { 'web/w.js': '4' }), null);
  assert.equal(await pushed(deps, { 'api/a.js': '2', 'web/w.js': '5' }), 4);
  await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
  await deps.settled();
  assert.equal(await pushed(deps, { 'api/a.js': '2', 'web/w.js': '6' }), null);
});

test('A push is built all the same where something else is to come of it.', async (context) => {
  const deps = await watching(context);
  await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'], noRestart: true }]);
  assert.equal(await pushed(deps, { 'web/w.js': '2' }), 2);
  await call(deps, ['builder-dockerfile:set', { app: 'shop', property: 'build-args', value: 'A=1' }]);
  assert.equal(await pushed(deps, { 'web/w.js': '3' }), 3);
  await call(deps, ['ps:stop', { app: 'shop' }]);
  assert.equal(await pushed(deps, { 'web/w.js': '4' }), 4);
  const input = { app: 'shop', commit: 'a'.repeat(40), branch: 'main', rebuild: true };
  const again = await call(deps, ['git:receive', input], { stdin: tarOf({ ...files, 'web/w.js': '5' }) });
  assert.equal(again.release, 5);
  await call(deps, ['builder:set', { app: 'shop', property: 'watch-paths', value: null }]);
  assert.equal(await pushed(deps, { 'web/w.js': '6' }), 6);
});

test('The source that was built is the one that ps:rebuild builds, not one that was only taken.', async (context) => {
  const deps = await watching(context);
  assert.equal(await pushed(deps, { 'web/w.js': '2' }), null);
  await call(deps, ['ps:rebuild', { app: 'shop' }]);
  await deps.settled();
  assert.equal(await pushed(deps, {}), null);
  assert.equal((await call(deps, ['ps:rebuild', { app: 'shop' }])).release, 3);
});

test('An app without watch-paths builds each push.', async (context) => {
  const deps = memoryDeps();
  context.after(() => deps.close());
  await live(deps, 'shop', files);
  assert.equal(await pushed(deps, { 'web/w.js': '2' }), 2);
});
