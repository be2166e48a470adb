import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, push, stateOf } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import type { Drained } from '../model/drain.ts';
import { MemoryRouter } from '../router/memory.ts';

const endless = { ...hello, Dockerfile: 'RUN forever' };

/** A push that builds for ever: the promise of its end, and one that is kept as soon as it builds. */
function building(deps: ReturnType<typeof memoryDeps>) {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const onLine = ({ text }: { text: string }) => {
    if (text === 'RUN forever') setImmediate(resolve);
  };
  const done = failsWith('E_CANCELLED', push(deps, ['shop', endless], { onLine }));
  return { begun, done };
}

describe('deploys:cancel', () => {
  it('ends the deploy that is under way, tells who waits for it, and leaves all as it was', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const before = await stateOf(deps, 'shop');
    const { begun, done } = building(deps);
    await begun;
    assert.deepEqual(await call(deps, ['deploys:cancel', { app: 'shop', id: 2 }]), { id: 2 });
    assert.equal((await done).message, 'Cancelled by ann; nothing was changed');
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    const info = await call(deps, ['deploys:info', { app: 'shop', id: 2 }]);
    assert.deepEqual([info.state, info.failure?.code], ['cancelled', 'E_CANCELLED']);
    assert.deepEqual(
      deps.store.events
        .list({ limit: 2 })
        .map(({ operation, outcome }) => [operation, outcome])
        .sort(),
      [
        ['deploys:cancel', 'ok'],
        ['git:receive', 'E_CANCELLED'],
      ],
    );
    await push(deps, ['shop', { ...hello, more: '' }]);
  });

  it('says so where none is under way, or another one', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await failsWith('E_NOT_FOUND', call(deps, ['deploys:cancel', { app: 'shop' }]));
    await failsWith('E_APP_MISSING', call(deps, ['deploys:cancel', { app: 'blog' }]));
    const { begun, done } = building(deps);
    await begun;
    await failsWith('E_NOT_FOUND', call(deps, ['deploys:cancel', { app: 'shop', id: 1 }]));
    await call(deps, ['deploys:cancel', { app: 'shop' }]);
    await done;
  });

  it('is refused after the switch', async (t) => {
    let late: Promise<unknown> = Promise.resolve();
    class Asking extends MemoryRouter {
      override async apply(...args: Parameters<MemoryRouter['apply']>): Promise<void> {
        await super.apply(...args);
        late = failsWith('E_BUSY', call(deps, ['deploys:cancel', { app: 'shop' }]));
        await late;
      }
    }
    const deps = memoryDeps({ router: (proxy) => new Asking(proxy) });
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    assert.equal((await push(deps, ['shop', hello])).release, 1);
    await late;
  });
});

describe('jobs:cancel', () => {
  it('takes a job out that waits, and the one before it goes on', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const { begun, done } = building(deps);
    await begun;
    const waiting = failsWith('E_CANCELLED', call(deps, ['ps:restart', { app: 'shop' }]));
    const [running, second] = await call(deps, ['jobs', { app: 'shop' }]);
    const cancelled = await call(deps, ['jobs:cancel', { id: second?.id }]);
    assert.deepEqual([cancelled.operation, cancelled.state], ['ps:restart', 'waiting']);
    await waiting;
    assert.deepEqual(await call(deps, ['jobs', {}]), [running]);
    await call(deps, ['jobs:cancel', { id: running?.id }]);
    await done;
    assert.deepEqual(await call(deps, ['jobs', {}]), []);
    await failsWith('E_NOT_FOUND', call(deps, ['jobs:cancel', { id: running?.id }]));
  });

  it('refuses what cannot be taken back once it runs', async (t) => {
    const drained = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    class Busy extends MemoryRouter {
      override async drain(...given: Parameters<MemoryRouter['drain']>): Promise<Drained> {
        asked.resolve();
        await drained.promise;
        return super.drain(...given);
      }
    }
    const deps = memoryDeps({ router: (proxy) => new Busy(proxy) });
    t.after(() => deps.close());
    await live(deps, 'shop');
    const stopping = call(deps, ['ps:stop', { app: 'shop' }]);
    await asked.promise;
    const [job] = await call(deps, ['jobs', {}]);
    await failsWith('E_BUSY', call(deps, ['jobs:cancel', { id: job?.id }]));
    drained.resolve();
    assert.equal((await stopping).changed, true);
  });
});
