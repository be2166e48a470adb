import { Failure, messageOf } from '../base/failure.ts';
import { UndoStack } from '../base/undo.ts';
import { failureLines } from '../contract/render.ts';
import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Deployed, DeployOrder, DeployWork } from './deploy-work.ts';
import { runDeploy } from './run-deploy.ts';
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
  const log = await deps.logs.record(record.id, call.out);
  const work: DeployWork = {
    app,
    order,
    deploy: record,
    out: log.out,
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
    if (shown instanceof Failure) for (const line of failureLines(shown)) log.keep(line);
    throw shown;
  } finally {
    deps.lanes.setCancellable(app.name, false);
    await log.close();
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
      : error;
  for (const { what, error: left } of await work.undo.run()) {
    deps.log.error({ deploy: work.deploy.id, err: left }, `could not undo: ${what}`);
  }
  const code = cause instanceof Failure ? cause.code : 'E_INTERNAL';
  deps.store.deploys.finish(work.deploy.id, {
    state: code === 'E_CANCELLED' ? 'cancelled' : 'failed',
    at: deps.clock.now(),
    failure: { code, message: messageOf(cause) },
    steps: work.steps.taken(),
  });
  tellWhatServes(deps, work);
  return cause;
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
