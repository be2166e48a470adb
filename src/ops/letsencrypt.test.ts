import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, detached, failsWith } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import type { Actor } from '../model/access.ts';

const deployer: Actor = { kind: 'key', name: 'dora', role: 'deployer', apps: new Set(['shop']) };

describe('letsencrypt:enable', () => {
  it('is for one app, or for all of them by those who may change all', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    for (const app of ['shop', 'blog']) {
      await detached(deps, ['apps:create', { app }]);
      await call(deps, ['letsencrypt:disable', { app }]);
    }
    const active = async () =>
      Promise.all(['shop', 'blog'].map((app) => call(deps, ['letsencrypt:active', { app }])));
    assert.deepEqual(await active(), [{ active: false }, { active: false }]);
    await failsWith('E_INPUT', call(deps, ['letsencrypt:enable', {}]));
    await failsWith('E_INPUT', call(deps, ['letsencrypt:enable', { app: 'shop', all: true }]));
    await failsWith('E_NOT_ALLOWED', call(deps, ['letsencrypt:enable', { all: true }], { actor: deployer }));
    assert.deepEqual(await active(), [{ active: false }, { active: false }]);
    assert.deepEqual(await call(deps, ['letsencrypt:enable', { all: true }]), { ordered: [], failed: [] });
    assert.deepEqual(await active(), [{ active: true }, { active: true }]);
  });
});
