import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, push, stateOf } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

describe('a locked app', () => {
  it('refuses every deploy and leaves no row of it, until it is unlocked', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    assert.deepEqual(await call(deps, ['apps:locked', { app: 'shop' }]), { locked: false });
    await call(deps, ['apps:lock', { app: 'shop' }]);
    const before = await stateOf(deps, 'shop');
    const refused = [
      () => push(deps, ['shop', { ...hello, more: '' }]),
      () => call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]),
      () => call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]),
      () => call(deps, ['ps:restart', { app: 'shop' }]),
      () => call(deps, ['domains:add', { app: 'shop', domains: ['a.example.com'] }]),
      () => call(deps, ['git:from-image', { app: 'shop', image: 'nginx:1' }]),
    ];
    for (const work of refused) {
      const { hint } = await failsWith('E_APP_LOCKED', work());
      assert.equal(hint, 'slipway apps:unlock shop');
    }
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    assert.equal((await call(deps, ['deploys', { app: 'shop' }])).length, 1);
    await call(deps, ['apps:unlock', { app: 'shop' }]);
    assert.equal((await push(deps, ['shop', { ...hello, more: '' }])).release, 2);
  });
});
