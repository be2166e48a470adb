import { isoTime } from '../base/clock.ts';
import type { DeployItem } from '../contract/groups/releases.ts';
import type { Deploy } from '../model/deploy.ts';
import { failure } from '../model/failures.ts';
import type { Line } from '../model/line.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';

/** As many deploys of an app as a person looks through. */
const listed = 50;

export const listDeploys: Handler<'deploys'> = async (deps, call) =>
  deps.store.deploys.list(appOf(call), listed).map(itemOf);

export const showDeployOutput: Handler<'deploys:output'> = async (deps, call, { id }) => {
  const app = appOf(call);
  const found = deps.store.deploys.find(id);
  if (found?.app !== app.name)
    throw failure('E_NOT_FOUND', `App ${app.name} has no deploy ${id}`, {
      hint: `slipway deploys ${app.name}`,
    });
  return { lines: await keptLines(deps, id) };
};

export const listJobs: Handler<'jobs'> = async (deps, call) =>
  deps.lanes.jobs(call.app?.name).map(({ id, app, what, actor, since, state }) => ({
    id,
    app,
    operation: what,
    actor,
    since: isoTime(since),
    state,
  }));

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
