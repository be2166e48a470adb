import { isoTime, isoTimeOrNull } from '../base/clock.ts';
import type { DeployItem } from '../contract/groups/releases.ts';
import type { App } from '../model/app.ts';
import type { Deploy } from '../model/deploy.ts';
import { failure } from '../model/failures.ts';
import { buildSettings, settingOf } from './app-settings.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { keptOutput } from './kept-output.ts';
import { reportOf } from './report-settings.ts';

/** As many deploys of an app as a person looks through. */
const listed = 50;

export const listDeploys: Handler<'deploys'> = async (deps, call) =>
  deps.store.deploys.list(appOf(call), listed).map(itemOf);

export const showDeploy: Handler<'deploys:info'> = async (deps, call, { id }) =>
  itemOf(findDeploy(deps, call, id));

export const showDeployOutput: Handler<'deploys:output'> = async (deps, call, { id, tail }) => {
  findDeploy(deps, call, id);
  const isOver = () => deps.store.deploys.find(id)?.finishedAt !== null;
  return deployOutput(deps, call, { id, isOver: tail ? isOver : null });
};

export const listBuilds: Handler<'builds'> = async (deps, call) =>
  deps.store.deploys.builds(appOf(call), listed).map(itemOf);

export const showBuild: Handler<'builds:info'> = async (deps, call, { id }) =>
  itemOf(findBuild(deps, call, id));

export const showBuildOutput: Handler<'builds:output'> = async (deps, call, { id, tail }) => {
  const build = findBuild(deps, call, id);
  const isOver = () => deps.store.deploys.find(build.id)?.finishedAt !== null;
  return deployOutput(deps, call, { id: build.id, isOver: tail ? isOver : null });
};

/** Null: the last one. */
function findBuild(deps: Deps, call: Call, id: number | null): Deploy {
  if (id !== null) return findDeploy(deps, call, id);
  const app = appOf(call);
  const [last] = deps.store.deploys.builds(app, 1);
  if (last) return last;
  throw failure('E_NOT_FOUND', `App ${app.name} has no build`, { hint: 'git push slipway main makes one' });
}

export const reportBuilds: Handler<'builds:report'> = async (deps, call, { global }) => {
  const settings = { timeout: (app: App | null) => settingOf(deps, app, buildSettings.timeout) };
  return reportOf(deps, call, { plan: { group: 'builds', settings, rows: () => [] }, global });
};

/** What a deploy printed. */
export function deployOutput(
  deps: Deps,
  call: Call,
  { id, isOver }: { readonly id: number; readonly isOver: (() => boolean) | null },
) {
  const hint = 'the last 100 deploys of an app are kept';
  return keptOutput(call, { files: deps.deployOutputs, id, what: `deploy ${id}`, hint, isOver });
}

function findDeploy(deps: Deps, call: Call, id: number): Deploy {
  const app = appOf(call);
  const found = deps.store.deploys.find(id);
  if (found?.app === app.name) return found;
  throw failure('E_NOT_FOUND', `App ${app.name} has no deploy ${id}`, {
    hint: `slipway deploys ${app.name}`,
  });
}

function itemOf(deploy: Deploy): DeployItem {
  return {
    ...deploy,
    steps: [...deploy.steps],
    createdAt: isoTime(deploy.createdAt),
    startedAt: isoTimeOrNull(deploy.startedAt),
    finishedAt: isoTimeOrNull(deploy.finishedAt),
  };
}
