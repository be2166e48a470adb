import assert from 'node:assert/strict';
import { it } from 'node:test';
import { call } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { publicKey } from '../../test/machine/sample-calls.ts';
import { actorOfKey } from './access.ts';

it('jobs --all shows a deployer the newest of its own apps, however many others have', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  for (const app of ['shop', 'blog']) await call(deps, ['apps:create', { app }]);
  await call(deps, ['ssh-keys:add', { name: 'dora', key: publicKey(), role: 'deployer' }]);
  await call(deps, ['access:add', { app: 'shop', key: 'dora' }]);
  const set = (app: string) => call(deps, ['config:set', { app, pairs: ['A=1'] }]);
  await set('shop');
  for (let count = 0; count < 50; count += 1) await set('blog');
  const jobs = await call(deps, ['jobs', { all: true }], { actor: actorOfKey(deps.store, 'dora') });
  assert.ok(jobs.some(({ operation }) => operation === 'config:set'));
  assert.deepEqual([...new Set(jobs.map(({ app }) => app))], ['shop']);
});
