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
} from '../../test/machine/memory-calls.ts';
import { behaviourOf, type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { wantedProcesses } from '../model/plan-processes.ts';
import { recover } from './recover.ts';

const two = {
  Dockerfile: 'EXPOSE 3000',
  Procfile: 'web: serve\nworker: work',
  'app.json': JSON.stringify({ healthchecks: { worker: [{ uptime: 0.01 }] } }),
};

/** A machine that notes which processes were there each time one was started. */
function noting(): { deps: MemoryDeps; notes: string[] } {
  const notes: string[] = [];
  const deps: MemoryDeps = memoryDeps({
    behave: (spec) => {
      if ('type' in spec)
        void processesOf(deps, 'shop').then((there) => notes.push(`${spec.type}: ${there}`));
      return behaviourOf(spec);
    },
  });
  return { deps, notes };
}

/** With a worker, one deploy each: 1 the push, 2 the scale. */
async function withWorker(deps: MemoryDeps): Promise<void> {
  await live(deps, 'shop', two);
  await call(deps, ['ps:scale', { app: 'shop', formation: ['worker=1'] }]);
}

describe('checks:disable', () => {
  it('ends the old process of a type before the new one starts, that of other types after it', async (t) => {
    const { deps, notes } = noting();
    t.after(() => deps.close());
    await withWorker(deps);
    await call(deps, ['checks:disable', { app: 'shop', types: 'worker' }]);
    notes.length = 0;
    await push(deps, ['shop', { ...two, more: '' }]);
    await deps.settled();
    assert.deepEqual(notes, ['web: web.1.d1', 'worker: web.1.d1 web.1.d3']);
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d3 worker.1.d3');
    assert.equal(servingOf(deps, 'shop'), 'web.1.d3');
  });

  it('starts the release before again where the new one fails', async (t) => {
    const { deps } = noting();
    t.after(() => deps.close());
    await withWorker(deps);
    await call(deps, ['checks:disable', { app: 'shop' }]);
    const broken = { ...two, Procfile: 'web: crash\nworker: work' };
    await failsWith('E_PROCESS_EXITED', push(deps, ['shop', broken]));
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d3 worker.1.d3');
    assert.equal(servingOf(deps, 'shop'), 'web.1.d3');
    const [process] = await deps.engine.list('shop');
    assert.equal(process?.release, 2);
    assert.equal(deps.store.apps.find('shop')?.current, 2);
  });

  it('holds too where slipwayd finds processes of another release when it starts', async (t) => {
    const { deps, notes } = noting();
    t.after(() => deps.close());
    await withWorker(deps);
    await call(deps, ['checks:disable', { app: 'shop' }]);
    await call(deps, ['ps:restart', { app: 'shop' }]);
    const app = deps.store.apps.find('shop') ?? assert.fail();
    const release = deps.store.releases.find(app, 3)?.release ?? assert.fail();
    await deps.engine.remove(await deps.engine.list('shop'));
    const cutOff = wantedProcesses({ ...release, stopTimeout: 7 }, 9);
    await deps.engine.start(cutOff, new AbortController().signal);
    const again = deps.restarted();
    notes.length = 0;
    await recover(again);
    await again.settled();
    assert.deepEqual(notes, ['web: ', 'worker: web.1.d4']);
  });

  it('is taken back by checks:enable', async (t) => {
    const { deps, notes } = noting();
    t.after(() => deps.close());
    await withWorker(deps);
    await call(deps, ['checks:disable', { app: 'shop' }]);
    const enabled = await call(deps, ['checks:enable', { app: 'shop', types: 'web' }]);
    assert.deepEqual(enabled, { disabled: ['_all_'], skipped: [] });
    await call(deps, ['checks:enable', { app: 'shop' }]);
    notes.length = 0;
    await push(deps, ['shop', { ...two, more: '' }]);
    assert.deepEqual(notes, ['web: web.1.d1 worker.1.d2', 'worker: web.1.d1 web.1.d3 worker.1.d2']);
  });
});

it('checks:skip routes to a process as soon as it runs, healthy or not; checks:report tells it', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await live(deps, 'shop');
  await call(deps, ['checks:skip', { app: 'shop', types: 'web' }]);
  await push(deps, ['shop', { ...hello, Procfile: 'web: deaf' }]);
  assert.equal(servingOf(deps, 'shop'), 'web.1.d2');
  const [part] = await call(deps, ['checks:report', { app: 'shop' }]);
  const values = Object.fromEntries((part?.rows ?? []).map(({ label, value }) => [label, value]));
  assert.deepEqual(
    [values['Checks disabled list'], values['Checks skipped list'], values['Checks web']?.split(':')[0]],
    ['none', 'web', 'skipped'],
  );
  await failsWith('E_INPUT', call(deps, ['checks:skip', { app: 'shop', types: 'we b' }]));
});
