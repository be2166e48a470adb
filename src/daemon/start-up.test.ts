import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, live, servingOf } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { retryUntil } from '../base/retry.ts';
import { failure } from '../model/failures.ts';
import { MemoryRouter } from '../router/memory.ts';
import { startUp } from './start-up.ts';

/** A router that cannot be started so often. */
class LateRouter extends MemoryRouter {
  problems: Error[] = [];

  override async start(): Promise<void> {
    const problem = this.problems.shift();
    if (problem) throw problem;
  }
}

function late(...problems: Error[]): MemoryDeps {
  return memoryDeps({
    router: (proxy) => {
      const router = new LateRouter(proxy);
      router.problems = problems;
      return router;
    },
  });
}

describe('startUp', () => {
  it('serves the routes of the store, and lets changes in', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    deps.proxy.table = { routes: [] };
    const again = deps.restarted();
    again.startup.problem = failure('E_BUSY', 'slipwayd is starting');
    await startUp(again);
    assert.equal(servingOf(again, 'shop'), 'web.1.d1');
    await call(again, ['ps:restart', { app: 'shop' }]);
  });

  it('tries again while what it needs cannot be had, and tells who wants a change why', async (t) => {
    const deps = late(failure('E_PORT_TAKEN', 'port 80 is taken'), failure('E_ROUTER', 'no answer'));
    t.after(() => deps.close());
    const started = startUp(deps, 50);
    await retryUntil(async () => deps.startup.problem ?? undefined, {
      firstPause: 1,
      maxPause: 5,
      timeout: 5000,
    });
    await failsWith('E_PORT_TAKEN', call(deps, ['apps:create', { app: 'shop' }]));
    assert.deepEqual(await call(deps, ['apps:list', {}]), []);
    await started;
    assert.equal(deps.logged.filter((line) => line.includes('waiting: ')).length, 2);
    await call(deps, ['apps:create', { app: 'shop' }]);
  });

  it('ends with what will not pass by itself', async (t) => {
    const deps = late(failure('E_INTERNAL', 'a bug'));
    t.after(() => deps.close());
    await failsWith('E_INTERNAL', startUp(deps));
  });
});
