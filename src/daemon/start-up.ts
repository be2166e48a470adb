import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import type { Deps } from '../ops/deps.ts';
import { recover } from '../ops/recover.ts';

/** What cannot be had now and may come by itself. */
const passing: ReadonlySet<string> = new Set(['E_DOCKER_DOWN', 'E_ROUTER', 'E_PORT_TAKEN']);

export const starting = failure('E_BUSY', 'slipwayd is starting');

/**
 * Starts the router and recovers; tries again while Docker or the router cannot be had, since their apps may well run.
 * Until it returns nothing can be changed, and who tries is told why. `pause`: milliseconds between tries.
 */
export async function startUp(deps: Deps, pause = 1000): Promise<void> {
  for (;;) {
    const problem = await tryStart(deps);
    const known = deps.startup.problem?.message;
    deps.startup.problem = problem;
    if (!problem) return;
    if (problem.message !== known) deps.log.warn({ code: problem.code }, `waiting: ${problem.message}`);
    await sleep(pause);
  }
}

async function tryStart(deps: Deps): Promise<Failure | null> {
  try {
    await deps.routes.router.start();
    await recover(deps);
    return null;
  } catch (error) {
    if (error instanceof Failure && passing.has(error.code)) return error;
    throw error;
  }
}
