import { isOperation } from '../contract/operations.ts';
import { failure } from '../model/failures.ts';
import type { Job } from '../model/job.ts';
import type { Deps } from './deps.ts';
import { endJob } from './run-job.ts';

/** A detached one that had not begun: it outlives slipwayd. */
export function isWaiting({ detached, state }: Job): boolean {
  return detached && state === 'waiting';
}

/** At the start of slipwayd: ends the jobs that were cut off or lost their caller, with an event where they were asked for. */
export function endCutOffJobs(deps: Deps): void {
  for (const job of deps.store.jobs.unfinished()) if (!isWaiting(job)) endCutOff(deps, job);
}

function endCutOff(deps: Deps, { id, app, actor, operation }: Job): void {
  const error = failure('E_CANCELLED', 'slipwayd ended during this job');
  deps.store.transaction(() => {
    endJob(deps, id, error);
    if (isOperation(operation))
      deps.store.events.add({
        at: deps.clock.now(),
        actor,
        operation,
        app,
        subject: '',
        outcome: error.code,
      });
  });
}
