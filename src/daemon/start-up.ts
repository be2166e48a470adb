import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import { resumeJobs } from '../ops/detached-jobs.ts';
import type { Deps } from '../ops/deps.ts';
import { recover } from '../ops/recover.ts';

/** What cannot be had now and may come by itself. */
const passing: ReadonlySet<string> = new Set(['E_DOCKER_DOWN', 'E_ROUTER', 'E_PORT_TAKEN', 'E_DISK_FULL']);

export const starting = failure('E_BUSY', 'slipwayd is starting');

/** What only a hand can mend: slipwayd stays, to say so and to take `server:recover`. */
const lasting: ReadonlySet<string> = new Set(['E_STORE', 'E_STORE_KEY']);

/**
 * Starts the router and recovers; tries again while Docker or the router cannot be had, since their apps may well run.
 * Until it returns nothing can be changed, and who tries is told why. `pause`: milliseconds between tries.
 */
export async function startUp(deps: Deps, pause = 1000): Promise<void> {
  for (;;) {
    const problem = await tryStart(deps);
    const known = deps.startup.problem?.message;
    deps.startup.problem = problem;
    if (!problem) return resumeJobs(deps);
    if (lasting.has(problem.code)) {
      deps.log.error({ code: problem.code }, `nothing can be changed: ${problem.message}`);
      return;
    }
    if (problem.message !== known) deps.log.warn({ code: problem.code }, `waiting: ${problem.message}`);
    await sleep(pause);
  }
}

async function tryStart(deps: Deps): Promise<Failure | null> {
  try {
    const { storeFile, doors, routes } = deps;
    if (storeFile.problem?.code === 'E_DISK_FULL') await openWithReserve(deps);
    if (!storeFile.problem) await doors.admit(deps.store.keys.all());
    await routes.router.start();
    if (storeFile.problem) return storeFile.problem;
    await recover(deps);
    return null;
  } catch (error) {
    if (error instanceof Failure && passing.has(error.code)) return error;
    throw error;
  }
}

async function openWithReserve({ reserve, storeFile }: Deps): Promise<void> {
  await reserve.release();
  storeFile.open();
}
