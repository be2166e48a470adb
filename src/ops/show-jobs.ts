import { isoTime, isoTimeOrNull } from '../base/clock.ts';
import type { OutputOf } from '../contract/operations.ts';
import { sees } from '../model/access.ts';
import { failure } from '../model/failures.ts';
import type { Job } from '../model/job.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { keptOutput } from './kept-output.ts';
import { visibleRecords } from './visible-apps.ts';

/** As many jobs as a person looks through. */
const listed = 50;

export const listJobs: Handler<'jobs'> = async (deps, call, { all }) => {
  const app = call.app?.name;
  const jobs = all
    ? deps.store.jobs.list({ ...visibleRecords(deps, call), limit: listed }).toReversed()
    : deps.store.jobs.unfinished().filter((job) => app === undefined || job.app === app);
  return jobs.filter((job) => sees(call.actor, job.app)).map(jobItemOf);
};

export const showJobOutput: Handler<'jobs:output'> = async (deps, call, { id, tail }) => {
  if (findJob(deps, id).app !== appOf(call).name) throw noJob(id);
  const isOver = () => deps.store.jobs.find(id)?.finishedAt !== null;
  const hint = 'only a detached job keeps it; of a deploy: slipway deploys:output APP ID';
  return keptOutput(call, {
    files: deps.jobOutputs,
    id,
    what: `job ${id}`,
    hint,
    isOver: tail ? isOver : null,
  });
};

/** Throws E_NOT_FOUND. */
export function findJob(deps: Deps, id: number): Job {
  const job = deps.store.jobs.find(id);
  if (!job) throw noJob(id);
  return job;
}

function noJob(id: number): Error {
  return failure('E_NOT_FOUND', `There is no job ${id}`, { hint: 'slipway jobs --all' });
}

/** A job as the contract tells it. */
export function jobItemOf({ createdAt, startedAt, finishedAt, ...job }: Job): OutputOf<'jobs:cancel'> {
  return {
    ...job,
    since: isoTime(createdAt),
    startedAt: isoTimeOrNull(startedAt),
    finishedAt: isoTimeOrNull(finishedAt),
  };
}
