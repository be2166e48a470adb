import { isoTime } from '../base/clock.ts';
import type { DeployItem } from '../contract/groups/releases.ts';
import type { OutputOf } from '../contract/operations.ts';
import { sees } from '../model/access.ts';
import type { Deploy } from '../model/deploy.ts';
import { failure } from '../model/failures.ts';
import type { Line } from '../model/line.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import type { LaneJob } from './lanes.ts';

/** As many deploys of an app as a person looks through. */
const listed = 50;

export const listDeploys: Handler<'deploys'> = async (deps, call) =>
  deps.store.deploys.list(appOf(call), listed).map(itemOf);

export const showDeploy: Handler<'deploys:info'> = async (deps, call, { id }) =>
  itemOf(findDeploy(deps, call, id));

export const showDeployOutput: Handler<'deploys:output'> = async (deps, call, { id }) => ({
  lines: await keptLines(deps, findDeploy(deps, call, id).id),
});

function findDeploy(deps: Deps, call: Call, id: number): Deploy {
  const app = appOf(call);
  const found = deps.store.deploys.find(id);
  if (found?.app === app.name) return found;
  throw failure('E_NOT_FOUND', `App ${app.name} has no deploy ${id}`, {
    hint: `slipway deploys ${app.name}`,
  });
}

export const listJobs: Handler<'jobs'> = async (deps, call) =>
  deps.lanes
    .jobs(call.app?.name)
    .filter(({ app }) => sees(call.actor, app))
    .map(jobItemOf);

/** A job as the contract tells it. */
export function jobItemOf({ what, since, ...job }: LaneJob): OutputOf<'jobs:cancel'> {
  return { ...job, operation: what, since: isoTime(since) };
}

/** What a deploy printed. Throws E_NOT_FOUND where it was not kept. */
export async function keptLines(deps: Deps, deploy: number): Promise<readonly Line[]> {
  const lines = await deps.logs.read(deploy);
  if (!lines) throw failure('E_NOT_FOUND', `What deploy ${deploy} printed is not kept`);
  return lines;
}

function itemOf(deploy: Deploy): DeployItem {
  const time = (at: number | null) => (at === null ? null : isoTime(at));
  return {
    ...deploy,
    steps: [...deploy.steps],
    createdAt: isoTime(deploy.createdAt),
    startedAt: time(deploy.startedAt),
    finishedAt: time(deploy.finishedAt),
  };
}
