import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, processesOf, push, stateOf } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

describe('apps:destroy', () => {
  it('leaves nothing in any driver, and touches no other app', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'blog');
    const before = await stateOf(deps, 'blog');
    await live(deps, 'shop');
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    await call(deps, ['domains:add', { app: 'shop', domains: ['a.example.com'] }]);
    await failsWith('E_PROCESS_EXITED', push(deps, ['shop', { ...hello, Procfile: 'web: crash' }]));
    await call(deps, ['apps:destroy', { app: 'shop' }]);
    await deps.settled();
    assert.equal(deps.store.apps.find('shop'), undefined);
    assert.equal(await processesOf(deps, 'shop'), '');
    assert.deepEqual([...deps.images.tags.keys()], [deps.names.image('blog', 1)]);
    assert.deepEqual(deps.proxy.answer('shop.localhost'), { status: 404 });
    assert.deepEqual(deps.proxy.answer('a.example.com'), { status: 404 });
    assert.deepEqual(readdirSync(join(deps.settings.root, 'sources')), ['1']);
    assert.deepEqual(readdirSync(join(deps.settings.root, 'deploys')), ['1.jsonl']);
    assert.deepEqual(await stateOf(deps, 'blog'), before);
  });

  it('keeps the events of the app, and its name is free for another that begins at v1', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['apps:destroy', { app: 'shop' }]);
    const operations = deps.store.events.list({ app: 'shop', limit: 10 }).map((event) => event.operation);
    assert.deepEqual(operations, ['apps:destroy', 'git:receive', 'apps:create']);
    await live(deps, 'shop');
    assert.equal(deps.store.apps.find('shop')?.current, 1);
    await failsWith('E_APP_EXISTS', call(deps, ['apps:create', { app: 'shop' }]));
  });

  it('can be tried again where a driver failed', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    deps.proxy.refusal = new Error('the router is gone');
    await assert.rejects(call(deps, ['apps:destroy', { app: 'shop' }]), /router is gone/);
    await call(deps, ['apps:destroy', { app: 'shop' }]);
    assert.equal(deps.store.apps.find('shop'), undefined);
    await failsWith('E_APP_MISSING', call(deps, ['apps:destroy', { app: 'shop' }]));
  });
});
