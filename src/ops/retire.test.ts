import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { call, failsWith, hello, live, processesOf, push } from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';
import { noneOpen, type Drained, type DrainTimes } from '../model/drain.ts';
import { MemoryRouter } from '../router/memory.ts';

/** A router that tells what it was asked to drain, and waits with it as long as `hold` lasts. */
function watched(t: TestContext, hold: Promise<void> = Promise.resolve()) {
  const asked: { readonly app: string; readonly ids: readonly string[]; readonly times: DrainTimes }[] = [];
  class Watched extends MemoryRouter {
    override async drain(...given: Parameters<MemoryRouter['drain']>): Promise<Drained> {
      const [app, ids, { times }] = given;
      asked.push({ app, ids, times });
      await hold;
      const drained = await super.drain(...given);
      return { ...drained, milliseconds: 1200, finished: { ...noneOpen, request: 3 } };
    }
  }
  const deps = memoryDeps({ router: (proxy) => new Watched(proxy) });
  t.after(() => deps.close());
  return { deps, asked };
}

const set = (deps: MemoryDeps, app: string | null, [property, value]: readonly [string, string | null]) =>
  call(deps, ['checks:set', { app, property, value }]);

async function restarted(deps: MemoryDeps): Promise<void> {
  await call(deps, ['ps:restart', { app: 'shop' }]);
  await deps.settled();
}

describe('the end of old processes', () => {
  it('has a time for each kind of connection: the own one of the app, else the global one', async (t) => {
    const { deps, asked } = watched(t);
    await live(deps, 'shop');
    await restarted(deps);
    await set(deps, null, ['wait-to-retire', '120']);
    await set(deps, null, ['websocket-timeout', '5']);
    await restarted(deps);
    await set(deps, 'shop', ['websocket-timeout', '600']);
    await restarted(deps);
    await set(deps, 'shop', ['websocket-timeout', null]);
    await restarted(deps);
    assert.deepEqual(
      asked.map(({ times }) => times),
      [
        { request: 60_000, stream: 60_000, websocket: 30_000 },
        { request: 120_000, stream: 120_000, websocket: 5000 },
        { request: 120_000, stream: 120_000, websocket: 600_000 },
        { request: 120_000, stream: 120_000, websocket: 5000 },
      ],
    );
    assert.deepEqual(asked[0]?.ids, ['web.1.d1']);
    const [report] = (await call(deps, ['checks:report', { app: 'shop' }])) ?? [];
    assert.match(JSON.stringify(report), /wait to retire.*120.*websocket timeout.*"5"/);
  });

  it('is kept with the deploy that replaced them', async (t) => {
    const { deps } = watched(t);
    await live(deps, 'shop');
    await restarted(deps);
    const first = await call(deps, ['deploys:info', { app: 'shop', id: '1' }]);
    const second = await call(deps, ['deploys:info', { app: 'shop', id: '2' }]);
    assert.equal(first.drained, null);
    assert.deepEqual(second.drained?.finished, { request: 3, stream: 0, websocket: 0 });
  });

  it('comes at once for a process that takes no requests', async (t) => {
    const hold = Promise.withResolvers<void>();
    const { deps } = watched(t, hold.promise);
    const appJson = JSON.stringify({ healthchecks: { worker: [{ listening: true }] } });
    await live(deps, 'shop', { ...hello, Procfile: 'web: serve\nworker: work', 'app.json': appJson });
    await call(deps, ['ps:scale', { app: 'shop', formation: ['worker=1'] }]);
    await call(deps, ['ps:restart', { app: 'shop' }]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1 web.1.d3 worker.1.d3');
    hold.resolve();
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d3 worker.1.d3');
  });

  it('is near, and without WebSockets, where somebody waits for it', async (t) => {
    const { deps, asked } = watched(t);
    await live(deps, 'shop');
    const lines: string[] = [];
    await call(deps, ['ps:stop', { app: 'shop' }], { onLine: ({ text }) => lines.push(text) });
    assert.deepEqual(lines, ['drained in 1.2 s: 3 requests finished']);
    await call(deps, ['ps:start', { app: 'shop' }]);
    await set(deps, 'shop', ['wait-to-retire', '1']);
    await call(deps, ['apps:destroy', { app: 'shop' }]);
    assert.deepEqual(
      asked.map(({ times }) => times),
      [
        { request: 10_000, stream: 10_000, websocket: 0 },
        { request: 1000, stream: 1000, websocket: 0 },
      ],
    );
  });

  it('follows the settings of the app under its new name', async (t) => {
    const { deps, asked } = watched(t);
    await live(deps, 'shop');
    await set(deps, 'shop', ['wait-to-retire', '7']);
    await call(deps, ['apps:rename', { app: 'shop', to: 'store' }]);
    await deps.settled();
    assert.deepEqual([asked[0]?.app, asked[0]?.times.request], ['shop', 7000]);
  });

  it('refuses a time that is none, and changes nothing', async (t) => {
    const { deps, asked } = watched(t);
    await live(deps, 'shop');
    for (const value of ['-1', '1.5', '3601', '1e3', 'soon'])
      await failsWith('E_INPUT', set(deps, 'shop', ['wait-to-retire', value]));
    await failsWith('E_INPUT', set(deps, 'shop', ['wait', '5']));
    await push(deps, ['shop', { ...hello, more: '' }]);
    await deps.settled();
    assert.equal(asked[0]?.times.request, 60_000);
  });
});
