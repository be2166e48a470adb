import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, processesOf, servingOf } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';

/** Takes a process away behind slipwayd's back. */
async function lose(deps: MemoryDeps, app: string, index = 1): Promise<void> {
  await deps.engine.remove((await deps.engine.list(app)).filter((process) => process.index === index));
}

describe('ps:restore', () => {
  it('starts what is missing of an app beside what runs, and nothing where all runs', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    assert.deepEqual(await call(deps, ['ps:restore', { app: 'shop' }]), { restored: [] });
    await lose(deps, 'shop');
    assert.deepEqual(await call(deps, ['ps:restore', { app: 'shop' }]), { restored: ['shop'] });
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d3 web.2.d2');
    assert.equal(servingOf(deps, 'shop').split(' ').sort().join(' '), 'web.1.d3 web.2.d2');
    assert.equal((await call(deps, ['releases', { app: 'shop' }])).length, 2);
  });

  it('goes through all apps but those that are stopped, also past one that fails', async (t) => {
    let isBroken = false;
    const deps = memoryDeps({
      behave: ({ app }) => (isBroken && app === 'blog' ? { exit: 1 } : {}),
    });
    t.after(() => deps.close());
    for (const app of ['blog', 'shop', 'store']) await live(deps, app);
    await call(deps, ['ps:stop', { app: 'store' }]);
    for (const app of ['blog', 'shop']) await lose(deps, app);
    isBroken = true;
    const { message } = await failsWith('E_NOT_HEALTHY', call(deps, ['ps:restore', {}]));
    assert.match(message, /: blog$/);
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d5');
    assert.equal(await processesOf(deps, 'store'), '');
  });
});

describe('checks', () => {
  it('are run once for each process, and tell of one that does not run', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', { ...hello, Procfile: 'web: serve\nworker: work' });
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    await lose(deps, 'shop', 2);
    assert.deepEqual(await call(deps, ['checks:run', { app: 'shop' }]), [
      { process: 'web.1', problem: null },
      { process: 'web.2', problem: 'it does not run' },
    ]);
    assert.deepEqual(await call(deps, ['checks:run', { app: 'shop', type: 'worker' }]), []);
  });

  it('are reported for each process type', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    const appJson = JSON.stringify({
      healthchecks: { web: [{ type: 'startup', path: '/up', content: 'ok' }] },
    });
    await live(deps, 'shop', { ...hello, Procfile: 'web: serve\nworker: work', 'app.json': appJson });
    const [part] = await call(deps, ['checks:report', { app: 'shop' }]);
    assert.deepEqual(
      part?.rows.map(({ label, value }) => `${label}: ${value}`),
      [
        'Checks wait to retire: ',
        'Checks global wait to retire: ',
        'Checks computed wait to retire: 60',
        'Checks websocket timeout: ',
        'Checks global websocket timeout: ',
        'Checks computed websocket timeout: 30',
        'Checks disabled list: none',
        'Checks skipped list: none',
        'Checks web: GET /up on $PORT answers below 400 with "ok" in it, within 30.0 s',
        'Checks worker: stays up for 2.0 s, within 1 min 0 s',
      ],
    );
  });
});
