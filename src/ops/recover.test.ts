import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  call,
  hello,
  live,
  processesOf,
  push,
  servingOf,
  stateOf,
  tarOf,
} from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { retryUntil } from '../base/retry.ts';
import { wantedProcesses } from '../model/plan-processes.ts';
import { changeRelease } from '../model/plan-release.ts';
import { planRoute } from '../model/plan-routes.ts';
import type { Release } from '../model/release.ts';
import { recover } from './recover.ts';

const { signal } = new AbortController();

/** slipwayd is killed, starts again, and has done all that it does by itself. */
async function restarted(deps: MemoryDeps): Promise<MemoryDeps> {
  const again = deps.restarted();
  await recover(again);
  await again.settled();
  return again;
}

const stages = ['queued', 'built', 'planned', 'started', 'switched'] as const;
type Stage = (typeof stages)[number];

/** What a deploy of another image has made of app `shop` when slipwayd is killed at a stage. */
async function cutOff(deps: MemoryDeps, at: Stage): Promise<number> {
  const app = deps.store.apps.find('shop') ?? assert.fail();
  const current = deps.store.releases.find(app, app.current ?? 0)?.release ?? assert.fail();
  const reached = (stage: Stage) => stages.indexOf(at) >= stages.indexOf(stage);
  const push = { kind: 'git', subject: '1a2b3c4', actor: 'ann', createdAt: deps.clock.now() } as const;
  const { id } = deps.store.deploys.create(app, push);
  const reference = deps.names.image('shop', id);
  const image = { id: 'sha256:new', digest: null, ports: [3000] };
  if (!reached('built')) return id;
  deps.store.deploys.start(id, deps.clock.now());
  await deps.sources.receive(id, tarOf(hello), { type: 'tar', strip: false, signal });
  deps.images.tags.set(reference, image);
  if (!reached('planned')) return id;
  const draft = changeRelease({ ...current, image: { ...image, reference } }, { description: 'Deploy' });
  const { release } = deps.store.releases.record(app, draft, { deploy: id, actor: 'ann', at: 0 });
  deps.store.deploys.setRelease(id, release.number);
  if (reached('started')) await startAll(deps, release, { deploy: id, isRouted: reached('switched') });
  return id;
}

async function startAll(deps: MemoryDeps, release: Release, how: { deploy: number; isRouted: boolean }) {
  const started = await deps.engine.start(wantedProcesses(release, how.deploy), signal);
  if (how.isRouted) deps.proxy.table = { routes: [planRoute('shop', release.domains, started)] };
}

describe('after slipwayd was killed', () => {
  for (const stage of stages) {
    it(`in a deploy that was ${stage}, the release before serves and nothing is left of the deploy`, async (t) => {
      const deps = memoryDeps();
      t.after(() => deps.close());
      await live(deps, 'shop', { ...hello, 'app.json': '{"formation":{"web":{"quantity":2}}}' });
      const before = await stateOf(deps, 'shop');
      const id = await cutOff(deps, stage);
      const again = await restarted(deps);
      assert.deepEqual(await stateOf(again, 'shop'), before);
      const [deploy] = await call(again, ['deploys', { app: 'shop' }]);
      assert.deepEqual([deploy?.id, deploy?.state, deploy?.failure?.code], [id, 'failed', 'E_CANCELLED']);
      const releases = await call(again, ['releases', { app: 'shop' }]);
      const states = releases.map(({ state }) => state);
      assert.deepEqual(
        states,
        stages.indexOf(stage) >= stages.indexOf('planned') ? ['failed', 'passed'] : ['passed'],
      );
      assert.equal(await again.sources.find(id), undefined);
      assert.equal((await push(again, ['shop', { ...hello, more: '' }])).release, states.length + 1);
    });

    it(`in the first deploy of an app that was ${stage}, the app is as before it`, async (t) => {
      const deps = memoryDeps();
      t.after(() => deps.close());
      await live(deps, 'shop');
      const id = await cutOff(deps, stage);
      const app = deps.store.apps.find('shop') ?? assert.fail();
      deps.store.apps.set(app.id, { current: null });
      await deps.engine.remove((await deps.engine.list()).filter((process) => process.deploy !== id));
      const again = await restarted(deps);
      assert.equal(await processesOf(again, 'shop'), '');
      assert.deepEqual(again.proxy.answer('shop.localhost'), { status: 404 });
    });
  }

  it('between a restart of the processes and its end, one of each is kept: the proven one', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const app = deps.store.apps.find('shop') ?? assert.fail();
    const { release } = deps.store.releases.find(app, 1) ?? assert.fail();
    const restart = { kind: 'restart', subject: 'all', actor: 'ann', createdAt: 0 } as const;
    const { id } = deps.store.deploys.create(app, restart);
    deps.store.deploys.setRelease(id, 1);
    await deps.engine.start(wantedProcesses(release, id), signal);
    const again = await restarted(deps);
    assert.equal(await processesOf(again, 'shop'), 'web.1.d1');
    assert.equal(again.store.releases.find(app, 1)?.state, 'passed');
  });

  it('between the end of a restart and the removal of the old process, the new one is kept', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['ps:restart', { app: 'shop' }]);
    await deps.settled();
    const app = deps.store.apps.find('shop') ?? assert.fail();
    const { release } = deps.store.releases.find(app, 1) ?? assert.fail();
    const [fresh] = await deps.engine.list('shop');
    await deps.engine.start(wantedProcesses(release, 1), signal);
    const again = await restarted(deps);
    assert.deepEqual(await again.engine.list('shop'), [fresh]);
    assert.equal(servingOf(again, 'shop'), 'web.1.d2');
  });

  it('in the middle of ps:start, the app is stopped as before', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['ps:stop', { app: 'shop' }]);
    const app = deps.store.apps.find('shop') ?? assert.fail();
    const { release } = deps.store.releases.find(app, 1) ?? assert.fail();
    const start = { kind: 'start', subject: 'v1', actor: 'ann', createdAt: 0 } as const;
    const { id } = deps.store.deploys.create(app, start);
    deps.store.deploys.setRelease(id, 1);
    await startAll(deps, release, { deploy: id, isRouted: false });
    const again = await restarted(deps);
    assert.equal(await processesOf(again, 'shop'), '');
    assert.deepEqual(again.proxy.answer('shop.localhost'), { status: 503, app: 'shop' });
    assert.equal(again.store.releases.find(app, 1)?.state, 'passed');
  });
});

describe('recovery', () => {
  it('does not touch what is as it should be: no process, no route, no deploy', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await live(deps, 'blog');
    const before = [await stateOf(deps, 'shop'), await stateOf(deps, 'blog'), deps.proxy.changes];
    const again = await restarted(deps);
    const after = [await stateOf(again, 'shop'), await stateOf(again, 'blog'), again.proxy.changes];
    assert.deepEqual(after, before);
    assert.equal((await call(again, ['deploys', { app: 'shop' }])).length, 1);
  });

  it('starts processes that are gone, and the rest serves meanwhile', async (t) => {
    const served: string[] = [];
    const deps = memoryDeps({
      behave: () => {
        served.push(servingOf(deps, 'shop'));
        return {};
      },
    });
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    await deps.engine.remove((await deps.engine.list()).slice(0, 1));
    const again = await restarted(deps);
    assert.equal(served.at(-1), 'web.2.d2');
    assert.equal(servingOf(again, 'shop'), 'web.1.d3 web.2.d2');
    const [deploy] = await call(again, ['deploys', { app: 'shop' }]);
    assert.deepEqual([deploy?.kind, deploy?.state, deploy?.release], ['start', 'succeeded', 2]);
  });

  it('routes to a missing process that does not get healthy too, and says that its start failed', async (t) => {
    let isBroken = false;
    const deps = memoryDeps({ behave: () => (isBroken ? { exit: 1 } : {}) });
    t.after(() => deps.close());
    await live(deps, 'shop');
    await deps.engine.remove(await deps.engine.list());
    isBroken = true;
    const again = await restarted(deps);
    assert.equal(servingOf(again, 'shop'), 'web.1.d2');
    const [deploy] = await call(again, ['deploys', { app: 'shop' }]);
    assert.deepEqual([deploy?.state, deploy?.failure?.code], ['failed', 'E_PROCESS_EXITED']);
    isBroken = false;
    await push(again, ['shop', { ...hello, more: '' }]);
    await again.settled();
    assert.equal(await processesOf(again, 'shop'), 'web.1.d3');
  });

  it('starts a process anew that has ended, which the engine has given up', async (t) => {
    const deps = memoryDeps({ behave: () => (isBroken ? { exit: 0, delay: 100 } : {}) });
    let isBroken = true;
    t.after(() => deps.close());
    const check = { healthchecks: { web: [{ path: '/', attempts: 1, timeout: 0.01, wait: 0, warn: true }] } };
    await live(deps, 'shop', { ...hello, 'app.json': JSON.stringify(check) });
    const isEnded = async () =>
      (await deps.engine.list()).every(({ state }) => state === 'exited') || undefined;
    await retryUntil(isEnded, { firstPause: 10, maxPause: 10, timeout: 10_000 });
    isBroken = false;
    const again = await restarted(deps);
    assert.equal(await processesOf(again, 'shop'), 'web.1.d2');
    assert.equal(servingOf(again, 'shop'), 'web.1.d2');
  });

  it('removes processes of apps that are not in the store', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await live(deps, 'blog');
    deps.store.apps.remove(deps.store.apps.find('shop')?.id ?? 0);
    const again = await restarted(deps);
    assert.equal(await processesOf(again, 'shop'), '');
    assert.equal(await processesOf(again, 'blog'), 'web.1.d2');
    assert.deepEqual(again.proxy.answer('shop.localhost'), { status: 404 });
  });

  it('keeps the source that a rebuild needs, and no other', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await push(deps, ['shop', { ...hello, more: '' }]);
    const again = await restarted(deps);
    assert.equal(await again.sources.find(1), undefined);
    assert.equal((await call(again, ['ps:rebuild', { app: 'shop' }])).release, 3);
  });

  it('may be done twice', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await cutOff(deps, 'switched');
    const once = await restarted(deps);
    const state = await stateOf(once, 'shop');
    assert.deepEqual(await stateOf(await restarted(once), 'shop'), state);
  });
});
