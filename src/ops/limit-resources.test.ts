import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, processesOf, push, stateOf } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { buildLimitsOf } from './app-settings.ts';

const mebibyte = 1024 ** 2;
const two = { ...hello, Procfile: 'web: serve\nworker: work' };

/** `web=512/0.5 worker=-/-`: the limits of the current release, memory in MiB. */
async function sizesOf(deps: MemoryDeps): Promise<string> {
  const { limits } = await call(deps, ['resource:limit', { app: 'shop' }]);
  return limits
    .map(({ type, memory, cpus }) => `${type}=${memory === null ? '-' : memory / mebibyte}/${cpus ?? '-'}`)
    .join(' ');
}

function appOf(deps: MemoryDeps) {
  const app = deps.store.apps.find('shop');
  assert.ok(app);
  return app;
}

describe('resource:limit', () => {
  it('makes a new release and replaces the processes of that type alone', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', two);
    await call(deps, ['ps:scale', { app: 'shop', formation: ['worker=1'] }]);
    await deps.settled();
    const limit = { app: 'shop', processType: 'web', memory: '512', cpu: '0.5' };
    const done = await call(deps, ['resource:limit', limit]);
    await deps.settled();
    assert.equal(done.release, 3);
    assert.equal(await sizesOf(deps), 'web=512/0.5 worker=-/- build=-/-');
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d3 worker.1.d2');
    assert.equal((await call(deps, ['resource:limit', limit])).changed, false);
    await push(deps, ['shop', { ...two, more: '' }]);
    assert.equal(await sizesOf(deps), 'web=512/0.5 worker=-/- build=-/-');
  });

  it('without a type holds for all that have none of their own', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', two);
    await call(deps, ['resource:limit', { app: 'shop', processType: 'web', memory: '1G' }]);
    await call(deps, ['resource:limit', { app: 'shop', memory: '256M' }]);
    assert.equal(await sizesOf(deps), 'web=1024/- worker=256/- build=-/-');
    await push(deps, ['shop', { ...two, Procfile: `${two.Procfile}\nclock: tick` }]);
    assert.equal(await sizesOf(deps), 'web=1024/- worker=256/- clock=256/- build=-/-');
    const scale = await call(deps, ['ps:scale', { app: 'shop' }]);
    assert.deepEqual(
      scale.formation.map(({ type }) => type),
      ['web', 'worker', 'clock'],
    );
  });

  it('refuses a type that the app does not have, and changes nothing', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', two);
    const before = await stateOf(deps, 'shop');
    await failsWith(
      'E_INPUT',
      call(deps, ['resource:limit', { app: 'shop', processType: 'x', memory: '1G' }]),
    );
    for (const wrong of [{ memory: '1M' }, { memory: 'much' }, { cpu: '0' }, { cpu: '-1' }])
      await failsWith(
        'E_INPUT',
        Promise.resolve().then(() => call(deps, ['resource:limit', { app: 'shop', ...wrong }])),
      );
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });

  it('of builds makes no release; all builds together have a limit that no app raises', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    assert.deepEqual(buildLimitsOf(deps, appOf(deps)), {
      all: { memory: 2e9, cpus: null },
      own: { memory: null, cpus: null },
    });
    await call(deps, ['resource:limit', { app: 'shop', processType: 'build', memory: '64M' }]);
    await call(deps, ['resource:limit', { app: null, processType: 'build', memory: '1G', cpu: '1' }]);
    assert.deepEqual(buildLimitsOf(deps, appOf(deps)), {
      all: { memory: 1024 * mebibyte, cpus: 1 },
      own: { memory: 64 * mebibyte, cpus: null },
    });
    assert.equal((await call(deps, ['releases', { app: 'shop' }])).length, 1);
    const [report] = await call(deps, ['resource:report', { app: 'shop' }]);
    const values = Object.fromEntries((report?.rows ?? []).map(({ label, value }) => [label, value]));
    assert.equal(values['Resource build memory'], '64 MiB');
    assert.equal(values['Resource global build memory'], '1 GiB');
    await call(deps, ['resource:limit-clear', { app: 'shop', processType: 'build' }]);
    await call(deps, ['resource:limit-clear', { app: null, processType: 'build' }]);
    assert.equal(buildLimitsOf(deps, appOf(deps)).all.memory, 2e9);
    await failsWith(
      'E_INPUT',
      Promise.resolve().then(() => call(deps, ['resource:limit', { app: null, memory: '1G' }])),
    );
  });
});

describe('resource:limit-clear', () => {
  it('takes the limits of a type away, so that those of all types hold, or all', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', two);
    await call(deps, ['resource:limit', { app: 'shop', processType: 'web', memory: '1G' }]);
    await call(deps, ['resource:limit', { app: 'shop', memory: '256M', cpu: '2' }]);
    await call(deps, ['resource:limit-clear', { app: 'shop', processType: 'web' }]);
    assert.equal(await sizesOf(deps), 'web=256/2 worker=256/2 build=-/-');
    await call(deps, ['resource:limit-clear', { app: 'shop' }]);
    assert.equal(await sizesOf(deps), 'web=-/- worker=-/- build=-/-');
    assert.equal((await call(deps, ['resource:limit-clear', { app: 'shop' }])).changed, false);
  });

  it('keeps how many processes were asked for', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', two);
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=3'] }]);
    await call(deps, ['resource:limit-clear', { app: 'shop' }]);
    await push(deps, ['shop', { ...two, more: '' }]);
    const { formation } = await call(deps, ['ps:scale', { app: 'shop' }]);
    assert.deepEqual(formation[0], { type: 'web', count: 3 });
  });
});
