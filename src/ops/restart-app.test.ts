import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  call,
  failsWith,
  hello,
  live,
  processesOf,
  servingOf,
  stateOf,
} from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

const appJson = JSON.stringify({
  formation: { web: { quantity: 2 }, worker: { quantity: 1 } },
  healthchecks: { worker: [{ listening: true }] },
});
const two = { ...hello, Procfile: 'web: serve\nworker: work', 'app.json': appJson };

describe('ps:restart', () => {
  it('replaces all processes, and the release stays', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', two);
    const done = await call(deps, ['ps:restart', { app: 'shop' }]);
    assert.deepEqual([done.release, done.replaced], [1, null]);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d2 web.2.d2 worker.1.d2');
    assert.equal((await call(deps, ['releases', { app: 'shop' }])).length, 1);
  });

  it('of one type replaces only its processes; an unknown type is refused', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', two);
    await call(deps, ['ps:restart', { app: 'shop', type: 'worker' }]);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1 web.2.d1 worker.1.d2');
    assert.equal(servingOf(deps, 'shop'), 'web.1.d1 web.2.d1');
    await failsWith('E_INPUT', call(deps, ['ps:restart', { app: 'shop', type: 'constructor' }]));
  });

  it('that fails leaves the old processes serving, and the release as passed', async (t) => {
    let isBroken = false;
    const deps = memoryDeps({ behave: () => (isBroken ? { exit: 1 } : {}) });
    t.after(() => deps.close());
    await live(deps, 'shop', two);
    const before = await stateOf(deps, 'shop');
    isBroken = true;
    await failsWith('E_PROCESS_EXITED', call(deps, ['ps:restart', { app: 'shop' }]));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    const [release] = await call(deps, ['releases', { app: 'shop' }]);
    assert.equal(release?.state, 'passed');
  });

  it('takes a stop timeout that was set, as a new release', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const input = { app: 'shop', property: 'stop-timeout-seconds', value: '60' };
    await call(deps, ['ps:set', input]);
    assert.equal((await call(deps, ['ps:restart', { app: 'shop' }])).release, 2);
    assert.equal((await call(deps, ['ps:restart', { app: 'shop' }])).release, 2);
  });
});
