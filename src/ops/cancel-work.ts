import { failure } from '../model/failures.ts';
import { appOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { findJob, jobItemOf } from './show-jobs.ts';

export const cancelJob: Handler<'jobs:cancel'> = async (deps, call, { id }) => {
  const job = findJob(deps, id);
  await deps.lanes.cancel(id, call.actor.name);
  return jobItemOf(job);
};

/** One that has failed may still be taken back. */
const underWay: ReadonlySet<string> = new Set(['queued', 'running']);

/** The deploy that the app's lane works on now; those behind it are jobs that can be cancelled as such. */
export const cancelDeploy: Handler<'deploys:cancel'> = async (deps, call, input) => {
  const app = appOf(call);
  const deploy = deps.store.deploys
    .unfinished()
    .find((unfinished) => unfinished.app === app.name && underWay.has(unfinished.state));
  const job = deps.lanes.holder(app.name);
  if (!deploy || job === undefined || (input.id !== null && input.id !== deploy.id)) {
    const what = input.id === null ? 'No deploy' : `Deploy ${input.id}`;
    throw failure('E_NOT_FOUND', `${what} of ${app.name} is ${input.id === null ? '' : 'not '}under way`, {
      hint: `slipway deploys ${app.name}`,
    });
  }
  await deps.lanes.cancel(job, call.actor.name);
  return { id: deploy.id };
};
