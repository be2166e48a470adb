import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { call, failsWith, live } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

describe('git:authorize', () => {
  it('makes the app for a push, with an event, and not for a fetch', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    for (const service of ['git-upload-pack', 'git-upload-archive']) {
      await failsWith('E_APP_MISSING', call(deps, ['git:authorize', { app: 'shop', service }]));
    }
    assert.deepEqual(deps.store.apps.all(), []);
    const found = await call(deps, ['git:authorize', { app: 'shop', service: 'git-receive-pack' }]);
    const repository = join(deps.settings.root, 'repos', 'shop.git');
    assert.deepEqual(found, { repository, deployBranch: null, app: 'shop' });
    assert.equal(deps.store.apps.all().length, 1);
    const [event] = deps.store.events.list({ limit: 1 });
    assert.deepEqual([event?.operation, event?.actor, event?.app], ['apps:create', 'ann', 'shop']);
  });

  it('tells the deploy branch of an app that is there, and makes nothing', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const events = deps.store.events.list({ limit: 10 }).length;
    for (const service of ['git-receive-pack', 'git-upload-pack']) {
      const found = await call(deps, ['git:authorize', { app: 'shop', service }]);
      assert.equal(found.deployBranch, 'main');
    }
    assert.equal(deps.store.events.list({ limit: 10 }).length, events);
  });
});

describe('git:set', () => {
  it('sets and clears the deploy branch', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const set = (value: string) => call(deps, ['git:set', { app: 'shop', property: 'deploy-branch', value }]);
    await set('release/1');
    assert.equal(deps.store.apps.find('shop')?.deployBranch, 'release/1');
    await set('');
    assert.equal(deps.store.apps.find('shop')?.deployBranch, null);
    await failsWith('E_INPUT', set('../main'));
  });
});
