import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, live, processesOf } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

describe('config:import', () => {
  it('adds to what is set, by one new release, and not at all where nothing differs', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1', 'B=2'] }]);
    const input = { app: 'shop', text: "B='two\nlines'\nC=3\n" };
    assert.equal((await call(deps, ['config:import', input])).release, 3);
    assert.deepEqual(await call(deps, ['config:export', { app: 'shop' }]), {
      A: '1',
      B: 'two\nlines',
      C: '3',
    });
    assert.equal((await call(deps, ['config:import', input])).changed, false);
    const [event] = deps.store.events.list({ limit: 1 });
    assert.equal(event?.subject, '');
  });

  it('--replace removes what the file does not have, --no-restart leaves the processes alone', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'], noRestart: true }]);
    const input = { app: 'shop', text: '{"B": "2"}', format: 'json', replace: true, noRestart: true };
    await call(deps, ['config:import', input]);
    assert.deepEqual(await call(deps, ['config:show', { app: 'shop' }]), { B: '2' });
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1');
  });

  it('works on the global config, which --merged shows below that of the app', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    await call(deps, ['config:import', { app: null, text: 'TZ=UTC\nA=global' }]);
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=own'] }]);
    const merged = await call(deps, ['config:show', { app: 'shop', merged: true }]);
    assert.deepEqual(merged, { A: 'own', TZ: 'UTC' });
    assert.deepEqual(await call(deps, ['config:export', { app: 'shop', merged: true }]), merged);
    assert.deepEqual(await call(deps, ['config:show', { app: 'shop' }]), { A: 'own' });
  });
});

it('config:clear removes all, by one new release', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await live(deps, 'shop');
  await call(deps, ['config:set', { app: 'shop', pairs: ['A=1', 'B=2'] }]);
  assert.equal((await call(deps, ['config:clear', { app: 'shop' }])).release, 3);
  assert.deepEqual(await call(deps, ['config:show', { app: 'shop' }]), {});
  assert.equal((await call(deps, ['config:clear', { app: 'shop' }])).changed, false);
});
