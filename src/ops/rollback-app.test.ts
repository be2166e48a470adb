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
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';

const rollback = (deps: MemoryDeps, release: string | null = null) =>
  call(deps, ['rollback', { app: 'shop', release }]);

function imageOf(deps: MemoryDeps, release: number): string | undefined {
  const app = deps.store.apps.find('shop') ?? assert.fail();
  return deps.store.releases.find(app, release)?.release.image.id;
}

describe('rollback', () => {
  it('makes a new release of the image before, without a build', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await push(deps, ['shop', { ...hello, more: '' }]);
    const done = await rollback(deps);
    assert.deepEqual([done.release, done.replaced], [3, 2]);
    assert.equal(imageOf(deps, 3), imageOf(deps, 1));
    assert.equal(servingOf(deps, 'shop'), 'web.1.d3');
    const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
    assert.deepEqual([deploy?.kind, deploy?.subject], ['rollback', 'v1']);
  });

  it('brings the config of that release back', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['config:set', { app: null, pairs: ['G=1'] }]);
    await live(deps, 'shop');
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=2', 'B=2'] }]);
    await rollback(deps);
    assert.deepEqual(await call(deps, ['config:show', { app: 'shop' }]), { A: '1' });
  });

  it('passes over releases that ran the same, such as those of a changed scale or domain', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await push(deps, ['shop', { ...hello, more: '' }]);
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    await call(deps, ['domains:add', { app: 'shop', domains: ['a.example.com'] }]);
    await rollback(deps);
    const info = await call(deps, ['releases:info', { app: 'shop', release: 5 }]);
    assert.equal(info.description, 'Roll back to v1');
    assert.deepEqual(info.domains, ['shop.localhost', 'a.example.com']);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d5 web.2.d5');
  });

  it('takes the release that is named, and refuses one that failed, is not there, or is the first', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await failsWith('E_RELEASE_MISSING', rollback(deps));
    await failsWith('E_PROCESS_EXITED', push(deps, ['shop', { ...hello, Procfile: 'web: crash' }]));
    await push(deps, ['shop', { ...hello, more: '' }]);
    const before = await stateOf(deps, 'shop');
    await failsWith('E_RELEASE_MISSING', rollback(deps, 'v2'));
    await failsWith('E_RELEASE_MISSING', rollback(deps, 'v9'));
    assert.deepEqual((await stateOf(deps, 'shop'))?.app, before?.app);
    await rollback(deps, 'v1');
    assert.equal(imageOf(deps, 4), imageOf(deps, 1));
  });

  it('refuses a release that failed although its image is that of one that passed', async (t) => {
    let isBroken = false;
    const deps = memoryDeps({ behave: () => (isBroken ? { exit: 1 } : {}) });
    t.after(() => deps.close());
    await live(deps, 'shop');
    isBroken = true;
    await failsWith('E_PROCESS_EXITED', call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]));
    isBroken = false;
    await failsWith('E_RELEASE_MISSING', rollback(deps, 'v2'));
  });

  it('refuses a release whose image was let go, and keeps the images of the last ten', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    for (let more = 1; more <= 10; more += 1) await push(deps, ['shop', { ...hello, more: String(more) }]);
    await deps.settled();
    assert.equal(deps.images.tags.size, 10);
    assert.match((await failsWith('E_RELEASE_MISSING', rollback(deps, 'v1'))).message, /image is kept/);
    assert.equal((await rollback(deps, 'v2')).release, 12);
    await deps.settled();
    assert.ok(deps.images.tags.has(deps.names.image('shop', 2)));
  });

  it('that fails changes nothing', async (t) => {
    let isBroken = false;
    const deps = memoryDeps({ behave: () => (isBroken ? { exit: 1 } : {}) });
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    await deps.settled();
    const before = await stateOf(deps, 'shop');
    isBroken = true;
    await failsWith('E_PROCESS_EXITED', rollback(deps));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });
});
