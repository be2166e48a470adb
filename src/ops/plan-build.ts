import type { PlannedBuild, SourceTree } from '../builder/builder.ts';
import type { OutputOf } from '../contract/operations.ts';
import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import type { Config } from '../model/release.ts';
import { configOf, deployBranchOf } from './app-settings.ts';
import { pipedIn } from './deploy-source.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { type ReadSource, readSource } from './read-source.ts';
import { sourceDeployOf } from './source-deploys.ts';

/** The source is only looked at: what comes as an archive is unpacked for as long as that takes. */
export const planBuild: Handler<'builder:plan'> = async (deps, call, { source }) => {
  const plan = (tree: SourceTree) => planOf(deps, call.app, tree);
  const unpack = { type: 'tar', strip: false, signal: call.signal } as const;
  if (source !== null) return deps.sources.briefly(pipedIn(call), unpack, plan);
  const kept = await keptSource(deps, call);
  if (kept) return plan(kept);
  return deps.sources.briefly(await pushedSource(deps, call), unpack, plan);
};

/** The source that the current image was built from. */
async function keptSource(deps: Deps, call: Call): Promise<SourceTree | undefined> {
  const deploy = sourceDeployOf(deps, appOf(call));
  return deploy && deps.sources.find(deploy.id);
}

/** What was pushed and is not live: by `git:sync`, or by a push whose detached deploy failed. */
async function pushedSource(deps: Deps, call: Call) {
  const app = appOf(call);
  // As for a first push: which branch deploys may not be chosen yet.
  const head = await deps.doors.branchHead(app.name, deployBranchOf(deps, app) ?? 'main');
  if (head !== null) return deps.doors.archive(app.name, head);
  throw failure('E_NOT_FOUND', `There is no source of ${app.name} on this server`, {
    hint: 'plan a folder of your own machine: slipway builder:plan .',
  });
}

async function planOf(deps: Deps, app: App | null, tree: SourceTree): Promise<OutputOf<'builder:plan'>> {
  const source = await readSource(deps, app, tree);
  const planned = await deps.builders[source.builder].plan({
    app: app?.name ?? 'app',
    tree: source.tree.folder,
    config: app === null ? {} : mergedConfig(deps, app),
    ...source.dockerfile,
    procfile: source.procfile,
    wishes: source.appJson.build,
  });
  return {
    builder: source.builder,
    plan: planOutput(planned),
    dockerfile: planned.dockerfile,
    bases: planned.bases,
    ports: planned.ports,
    processes: processesOf(planned, source),
  };
}

function mergedConfig(deps: Deps, app: App): Config {
  const { global, own } = configOf(deps, app);
  return { ...global, ...own };
}

function processesOf({ processes }: PlannedBuild, { procfile }: ReadSource): Record<string, string> {
  return { ...(processes ?? procfile) };
}

function planOutput({ detected }: PlannedBuild): OutputOf<'builder:plan'>['plan'] {
  if (detected === null) return null;
  return {
    ...detected,
    processes: { ...detected.processes },
    stages: detected.stages.map((stage) => ({ ...stage })),
    warnings: detected.warnings.map((warning) => ({ ...warning })),
  };
}
