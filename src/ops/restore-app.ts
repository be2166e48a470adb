import { Failure } from '../base/failure.ts';
import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { planChange, wantedProcesses } from '../model/plan-processes.ts';
import { currentReleaseOf } from './current-release.ts';
import { deploy } from './deploy.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { runJob } from './run-job.ts';
import { visibleApps } from './visible-apps.ts';

/** The dispatcher holds the lane of the app that is named; for all apps each lane is taken in its turn. */
export const restoreApps: Handler<'ps:restore'> = async (deps, call) => {
  if (call.app !== null) return { restored: (await restore(deps, call, call.app)) ? [call.app.name] : [] };
  const restored: string[] = [];
  const failed: string[] = [];
  if (deps.startup.problem) throw deps.startup.problem;
  for (const app of visibleApps(deps, call)) {
    try {
      if (await restoreInLane(deps, call, app.name)) restored.push(app.name);
    } catch (error) {
      if (!(error instanceof Failure) || call.signal.aborted) throw error;
      call.out.warning(`${app.name}: ${error.code}: ${error.message}`);
      failed.push(app.name);
    }
  }
  if (failed.length === 0) return { restored };
  throw failure('E_NOT_HEALTHY', `Some apps could not be restored: ${failed.join(', ')}`);
};

function restoreInLane(deps: Deps, call: Call, name: string): Promise<boolean> {
  const { actor, out, signal } = call;
  const job = {
    apps: [name],
    operation: 'ps:restore',
    actor: actor.name,
    turn: 'caller',
    out,
    signal,
  } as const;
  return runJob(deps, job, async (turn) => {
    const app = deps.store.apps.find(name);
    return app !== undefined && restore(deps, { ...call, app, signal: turn.signal }, app);
  });
}

/** Starts what is missing of the current release, as a deploy of it; false where nothing is. */
async function restore(deps: Deps, call: Call, app: App): Promise<boolean> {
  const release = app.stopped ? undefined : currentReleaseOf(deps, app);
  if (!release) return false;
  const retiring = new Set(deps.retiring);
  const present = (await deps.engine.list(app.name)).filter(({ id }) => !retiring.has(id));
  const missing = planChange(wantedProcesses(release, 0), present).start;
  if (missing.length === 0) return false;
  await deploy(deps, call, { kind: 'start', subject: `restore v${release.number}`, draft: null });
  return true;
}
