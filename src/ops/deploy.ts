import { Failure } from '../base/failure.ts';
import { retryUntil } from '../base/retry.ts';
import { UndoStack } from '../base/undo.ts';
import { failureLines } from '../contract/render.ts';
import type { App } from '../model/app.ts';
import type { DeployEnd } from '../model/deploy.ts';
import { failure, isFailure, orDiskFull } from '../model/failures.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Deployed, DeployOrder, DeployWork } from './deploy-work.ts';
import { runDeploy } from './run-deploy.ts';
import { keptMessage } from './run-job.ts';
import { StepClock } from './step-clock.ts';

/** Deploys in the lane of the app that the call holds already; everything it prints is kept with the deploy. */
export async function deploy(deps: Deps, call: Call, order: DeployOrder): Promise<Deployed> {
  const app = appOf(call);
  refuseLocked(app);
  const { kind, subject } = order;
  const record = deps.store.deploys.create(app, {
    kind,
    subject,
    actor: call.actor.name,
    createdAt: deps.clock.now(),
  });
  const recording = await deps.deployOutputs.record(record.id, call.out);
  const work: DeployWork = {
    app,
    order,
    deploy: record,
    out: recording.out,
    signal: call.signal,
    undo: new UndoStack(),
    steps: new StepClock(deps.reached),
    commits: order.commit ? [order.commit] : [],
    actor: call.actor.name,
  };
  deps.lanes.setCancellable(app.name, true);
  try {
    deps.store.deploys.start(record.id, deps.clock.now());
    return await runDeploy(deps, work);
  } catch (error) {
    const shown = await endFailed(deps, work, error);
    if (shown instanceof Failure) for (const line of failureLines(shown)) recording.keep(line);
    throw shown;
  } finally {
    deps.lanes.setCancellable(app.name, false);
    await recording.close();
  }
}

function refuseLocked(app: App): void {
  if (app.locked)
    throw failure('E_APP_LOCKED', `App ${app.name} is locked: it takes no deploys`, {
      hint: `slipway apps:unlock ${app.name}`,
    });
}

/** Undoes what was made before the switch, records why, and gives what is thrown to the caller. */
async function endFailed(deps: Deps, work: DeployWork, error: unknown): Promise<unknown> {
  // Live is live: what fails while that is told changes nothing of it.
  if (deps.store.deploys.find(work.deploy.id)?.state === 'succeeded') return error;
  const cause =
    work.signal.aborted && !(error instanceof Failure && error.code !== 'E_CANCELLED')
      ? cancelled(work.signal)
      : orDiskFull(error);
  await endAsFailed(deps, work, cause);
  tellWhatServes(deps, work);
  return cause;
}

/**
 * Takes back and records, at once or as soon as it can be done: Docker may be down, the disk of the store full. Until then
 * the deploy has failed and is not finished, so that a restart takes it back too.
 */
async function endAsFailed(deps: Deps, work: DeployWork, cause: unknown): Promise<void> {
  const code = cause instanceof Failure ? cause.code : 'E_INTERNAL';
  const state = code === 'E_CANCELLED' ? 'cancelled' : 'failed';
  const end = { state, failure: { code, message: keptMessage(cause) }, steps: work.steps.taken() } as const;
  const record = (at: number | null) => isStored(() => storeFailed(deps, work, { ...end, at }));
  const settle = async () => ((await takeBack(deps, work)) && record(deps.clock.now())) || undefined;
  if (await settle()) return;
  record(null);
  deps.later(`take back deploy ${work.deploy.id}`, async () => void (await retryUntil(settle, patience)));
}

/** Milliseconds between tries, and after which the next start of slipwayd is left to do it. */
const patience = { firstPause: 500, maxPause: 10_000, timeout: 24 * 3_600_000 };

/** False where something is left that Docker is needed for, which is down. What fails otherwise is logged and left. */
async function takeBack(deps: Deps, { deploy: { id }, undo }: DeployWork): Promise<boolean> {
  const left = await undo.run();
  if (left.some(({ error }) => isFailure(error, 'E_DOCKER_DOWN'))) return false;
  for (const { what, error } of left) deps.log.error({ deploy: id, err: error }, `could not undo: ${what}`);
  return true;
}

function storeFailed(deps: Deps, { app, order, deploy: { id } }: DeployWork, end: DeployEnd): void {
  deps.store.transaction(() => {
    const known = deps.store.deploys.find(id);
    // Its app may have been destroyed meanwhile.
    if (!known) return;
    const release = order.draft ? known.release : null;
    if (release !== null) deps.store.releases.setState(app, release, 'failed');
    deps.store.deploys.finish(id, end);
  });
}

/** False where the disk has no room for it. */
function isStored(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if (isFailure(error, 'E_DISK_FULL')) return false;
    throw error;
  }
}

function tellWhatServes(deps: Deps, work: DeployWork): void {
  const current = deps.store.apps.find(work.app.name)?.current;
  if (typeof current === 'number' && !work.app.stopped)
    work.out.warning(`Release v${current} is still live; nothing of it was changed`);
}

function cancelled({ reason }: AbortSignal): Failure {
  if (reason instanceof Failure) return reason;
  return failure('E_CANCELLED', 'Cancelled before the switch; everything this deploy made was removed');
}
