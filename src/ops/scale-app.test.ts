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

const appJson = JSON.stringify({ healthchecks: { worker: [{ listening: true }] } });
const two = { ...hello, Procfile: 'web: serve\nworker: work', 'app.json': appJson };

async function shop() {
  const deps = memoryDeps();
  await live(deps, 'shop', two);
  const scale = (...formation: string[]) => call(deps, ['ps:scale', { app: 'shop', formation }]);
  return { deps, scale };
}

describe('ps:scale', () => {
  it('up keeps the process that runs and starts only the new ones', async (t) => {
    const { deps, scale } = await shop();
    t.after(() => deps.close());
    const done = await scale('web=3', 'worker=1');
    assert.deepEqual(done.formation, [
      { type: 'web', count: 3 },
      { type: 'worker', count: 1 },
    ]);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1 web.2.d2 web.3.d2 worker.1.d2');
    assert.equal(servingOf(deps, 'shop'), 'web.1.d1 web.2.d2 web.3.d2');
  });

  it('down retires only the surplus, and to zero leaves a route without endpoints', async (t) => {
    const { deps, scale } = await shop();
    t.after(() => deps.close());
    await scale('web=3');
    await scale('web=1');
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1');
    await scale('web=0');
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), '');
    assert.deepEqual(deps.proxy.answer('shop.localhost'), { status: 503, app: 'shop' });
  });

  it('refuses a type that the app does not have, and touches nothing', async (t) => {
    const { deps, scale } = await shop();
    t.after(() => deps.close());
    const before = await stateOf(deps, 'shop');
    const { message } = await failsWith('E_INPUT', scale('web=2', 'wrker=1'));
    assert.match(message, /wrker; it has: web, worker/);
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });

  it('that fails changes neither what runs nor what is asked for', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    await push(deps, ['shop', { ...two, Procfile: 'web: serve\nworker: crash' }]);
    await deps.settled();
    const before = await stateOf(deps, 'shop');
    const formation = ['web=2', 'worker=1'];
    await failsWith('E_PROCESS_EXITED', call(deps, ['ps:scale', { app: 'shop', formation }]));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });

  it('is asked for again by the next push, and wins over app.json', async (t) => {
    const { deps, scale } = await shop();
    t.after(() => deps.close());
    await scale('web=2');
    await push(deps, ['shop', { ...two, 'app.json': '{"formation":{"web":{"quantity":5}}}' }]);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d3 web.2.d3');
  });

  it('to what runs makes no release, but takes back what was kept for the next deploy', async (t) => {
    const { deps, scale } = await shop();
    t.after(() => deps.close());
    const kept = { app: 'shop', formation: ['web=3'], skipDeploy: true };
    await call(deps, ['ps:scale', kept]);
    assert.deepEqual((await scale('web=1')).changed, false);
    await push(deps, ['shop', { ...two, more: '' }]);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d2');
  });

  it('with --skip-deploy is kept for the next deploy of any kind', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'], skipDeploy: true }]);
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1');
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d2 web.2.d2');
  });

  it('without words shows what is asked for, and is no event', async (t) => {
    const { deps, scale } = await shop();
    t.after(() => deps.close());
    const events = deps.store.events.list({ limit: 100 }).length;
    assert.deepEqual((await scale()).formation, [
      { type: 'web', count: 1 },
      { type: 'worker', count: 0 },
    ]);
    assert.equal(deps.store.events.list({ limit: 100 }).length, events);
  });

  it('before the first deploy is kept for it', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2', 'later=1'] }]);
    await push(deps, ['shop', two]);
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1 web.2.d1');
  });

  it('of a stopped app starts it', async (t) => {
    const { deps, scale } = await shop();
    t.after(() => deps.close());
    await call(deps, ['ps:stop', { app: 'shop' }]);
    await scale('web=1');
    assert.equal(servingOf(deps, 'shop'), 'web.1.d2');
  });
});
