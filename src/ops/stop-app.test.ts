import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  call,
  failsWith,
  hello,
  live,
  processesOf,
  push,
  servingOf,
  stateOf,
} from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

describe('ps:stop', () => {
  it('takes the processes away and leaves a route that says so; once is enough', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    assert.deepEqual(await call(deps, ['ps:stop', { app: 'shop' }]), { changed: true });
    assert.equal(await processesOf(deps, 'shop'), '');
    assert.deepEqual(deps.proxy.answer('shop.localhost'), { status: 503, app: 'shop' });
    assert.deepEqual(await call(deps, ['ps:stop', { app: 'shop' }]), { changed: false });
  });

  it('is ended by ps:start with the same release, and ps:start of a running app does nothing', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['ps:stop', { app: 'shop' }]);
    const started = await call(deps, ['ps:start', { app: 'shop' }]);
    assert.deepEqual([started.release, started.replaced, started.changed], [1, null, true]);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d2');
    assert.equal((await call(deps, ['ps:start', { app: 'shop' }])).changed, false);
  });

  it('is ended by a push too', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['ps:stop', { app: 'shop' }]);
    await push(deps, ['shop', { ...hello, more: '' }]);
    assert.equal(deps.store.apps.find('shop')?.stopped, false);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d2');
  });

  it('stays in force where the start fails', async (t) => {
    let isBroken = false;
    const deps = memoryDeps({ behave: () => (isBroken ? { exit: 1 } : {}) });
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['ps:stop', { app: 'shop' }]);
    const before = await stateOf(deps, 'shop');
    isBroken = true;
    const lines: string[] = [];
    const onLine = ({ text }: { text: string }) => lines.push(text);
    await failsWith('E_PROCESS_EXITED', call(deps, ['ps:start', { app: 'shop' }], { onLine }));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    assert.ok(!lines.some((line) => line.includes('is still live')), lines.join('\n'));
    const [release] = await call(deps, ['releases', { app: 'shop' }]);
    assert.equal(release?.state, 'passed');
  });

  it('of an app that was never deployed changes nothing that a deploy would miss', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    await call(deps, ['ps:stop', { app: 'shop' }]);
    await failsWith('E_NOT_DEPLOYED', call(deps, ['ps:start', { app: 'shop' }]));
    await push(deps, ['shop', hello]);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d1');
  });
});
