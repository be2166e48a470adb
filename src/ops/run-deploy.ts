import { failure } from '../model/failures.ts';
import { planChange, wantedProcesses, type ProcessChange } from '../model/plan-processes.ts';
import { planRoute } from '../model/plan-routes.ts';
import { processName, type RunningProcess } from '../model/process.ts';
import type { Release } from '../model/release.ts';
import type { AppRoute } from '../model/route.ts';
import type { Out } from '../model/line.ts';
import { formatMilliseconds } from '../model/duration.ts';
import { cleanUp } from './clean-up.ts';
import { currentRelease } from './current-release.ts';
import type { Deployed, DeployWork } from './deploy-work.ts';
import type { Deps } from './deps.ts';
import { isProven } from './is-proven.ts';
import { keepCacheToBudget } from './keep-to-budgets.ts';
import { urlsAt } from './show-apps.ts';
import { removeProcesses } from './keep-log.ts';
import { refuseTakenDomains } from './taken-domains.ts';
import { tellHttps } from './tell-https.ts';
import { runReleaseTask } from './release-task.ts';
import { retireLater } from './retire.ts';
import { stopFirst } from './stop-first.ts';
import { watchTraffic } from './traffic.ts';
import { forgetAdopted } from './unfinished.ts';

/**
 * One deploy, from what is wanted to what is live. Until the release is current every failure is undone by the caller
 * and the release before is not touched; from then on nothing may touch the new one. Between the switch and that there
 * is no waiting: only a store that takes no change leads back.
 */
export async function runDeploy(deps: Deps, work: DeployWork): Promise<Deployed> {
  const tellTraffic = await watchTraffic(deps, namesOf(work));
  const release = await recordRelease(deps, work);
  if (!release) return leaveLive(deps, work);
  await deps.reached('recorded');
  if (work.order.draft) await runReleaseTask(deps, work, release);
  const planned = await planProcesses(deps, work, release);
  const change = await stopFirst(deps, work, { release, change: planned });
  const started = await startHealthy(deps, work, change);
  work.signal.throwIfAborted();
  deps.lanes.setCancellable(work.app.name, false);

  const live = [...change.keep, ...started];
  await work.steps.time('switch', () =>
    switchRoute(deps, work, planRoute(release.app, release.domains, live)),
  );
  await deps.reached('switched');
  makeCurrent(deps, work, release);
  work.undo.forget();
  await deps.reached('live');

  deps.later(`retire what was before deploy ${work.deploy.id}`, async () => {
    const drained = await retireLater(deps, { app: work.app.name, processes: change.retire });
    if (drained) deps.store.deploys.setDrained(work.deploy.id, drained);
    await cleanUp(deps, work.app.name);
    await keepCacheToBudget(deps);
  });
  return tellLive(deps, work, { release, tellTraffic });
}

/** The names of the app during the deploy: two where it is renamed. */
function namesOf({ app, order }: DeployWork): ReadonlySet<string> {
  return new Set([order.renamedFrom ?? app.name, app.name]);
}

/**
 * Plans the release and records it as pending: it can become current only by passing all that follows. Undefined: what is
 * live is all that is wanted.
 */
async function recordRelease(deps: Deps, work: DeployWork): Promise<Release | undefined> {
  const { app, order, deploy } = work;
  if (!order.draft) return startAgain(deps, work);
  const draft = await order.draft(work);
  if (!draft) return undefined;
  refuseTakenDomains(deps, order.renamedFrom ?? app.name, draft.domains);
  const { release } = deps.store.releases.record(app, draft, {
    deploy: deploy.id,
    actor: work.actor,
    at: deps.clock.now(),
  });
  deps.store.deploys.setRelease(deploy.id, release.number);
  return release;
}

/** The deploy succeeds without a release of its own, and without a source. */
async function leaveLive(deps: Deps, work: DeployWork): Promise<Deployed> {
  await deps.sources.remove(work.deploy.id);
  work.undo.forget();
  finish(deps, work, () => {});
  return { release: null, replaced: null, urls: [] };
}

function startAgain(deps: Deps, { app, deploy }: DeployWork): Release {
  const release = currentRelease(deps, app);
  deps.store.deploys.setRelease(deploy.id, release.number);
  return release;
}

async function planProcesses(
  deps: Deps,
  { app, deploy, order }: DeployWork,
  release: Release,
): Promise<ProcessChange> {
  // Before the question: what is retired while the engine answers is in its answer and has left the set.
  const retiring = new Set(deps.retiring);
  const all = (await deps.engine.list(app.name)).filter((process) => !retiring.has(process.id));
  // What a deploy that failed has left never passed a check: it has no place, whatever it is.
  const present = all.map((process) =>
    isProven(deps, process) ? process : { ...process, state: 'exited' as const },
  );
  return planChange(wantedProcesses(release, deploy.id), present, order.fresh);
}

/** Nothing of it where everything that is wanted runs already: a change of domains. */
async function startHealthy(
  deps: Deps,
  work: DeployWork,
  change: ProcessChange,
): Promise<readonly RunningProcess[]> {
  if (change.start.length === 0) return [];
  const started = await work.steps.time('start', () => startBeside(deps, work, change));
  await work.steps.time('healthy', () => waitUntilHealthy(deps, work, { change, started }));
  await refuseEnded(deps, started);
  return started;
}

/** One that was healthy may have ended while the others were waited for. */
async function refuseEnded(deps: Deps, started: readonly RunningProcess[]): Promise<void> {
  const present = await deps.engine.list(started[0]?.app);
  const running = new Set(present.filter(({ state }) => state === 'running').map(({ id }) => id));
  const ended = started.filter(({ id }) => !running.has(id));
  if (ended.length === 0) return;
  throw failure('E_PROCESS_EXITED', `${ended.map(processName).join(', ')} ended after being healthy`, {
    hint: 'its last lines may tell why: start the image locally with the same config',
  });
}

async function startBeside(
  deps: Deps,
  work: DeployWork,
  change: ProcessChange,
): Promise<readonly RunningProcess[]> {
  work.out.step(`Starting ${change.start.map(processName).join(', ')}`);
  const { app, deploy } = work;
  // Found by their deploy: an engine that went away in the middle has not said what it started.
  work.undo.push('remove the new processes', async () => {
    const present = await deps.engine.list(app.name);
    const started = present.filter((process) => process.deploy === deploy.id);
    await removeProcesses(deps, started, 0);
  });
  return deps.engine.start(change.start, work.signal);
}

async function waitUntilHealthy(
  deps: Deps,
  work: DeployWork,
  { change, started }: { change: ProcessChange; started: readonly RunningProcess[] },
): Promise<void> {
  const all = new AbortController();
  const signal = AbortSignal.any([work.signal, all.signal]);
  const wait = async (process: RunningProcess, at: number): Promise<void> => {
    const spec = change.start[at];
    if (!spec) throw new Error(`the engine started ${processName(process)}, which nobody wanted`);
    const began = performance.now();
    await deps.engine.waitHealthy(process, spec, { out: work.out, signal });
    work.out.detail(
      `${processName(process)} is healthy after ${formatMilliseconds(performance.now() - began)}`,
    );
  };
  try {
    await Promise.all(started.map(wait));
  } finally {
    all.abort();
  }
}

async function switchRoute(deps: Deps, { app, order, undo }: DeployWork, route: AppRoute): Promise<void> {
  const from = order.renamedFrom ?? app.name;
  const before = deps.routes.of(from);
  await (from === app.name ? deps.routes.set(route) : deps.routes.move(from, route));
  undo.push('switch the route back', async () => {
    // Where it is tried again later, another deploy may have switched since.
    if (deps.routes.of(app.name) !== route) return;
    await (before ? deps.routes.move(app.name, before) : deps.routes.remove(app.name));
  });
}

/** In one transaction: the release passed, is current, what the order changes is stored, the deploy succeeded. */
function makeCurrent(deps: Deps, work: DeployWork, release: Release): void {
  finish(deps, work, () => {
    deps.store.releases.setState(work.app, release.number, 'passed');
    deps.store.apps.set(work.app.id, { current: release.number, stopped: false });
    forgetAdopted(deps, work.app);
  });
}

function finish(deps: Deps, { deploy, commits, steps }: DeployWork, change: () => void): void {
  deps.store.transaction(() => {
    change();
    for (const commit of commits) commit();
    deps.store.deploys.finish(deploy.id, {
      state: 'succeeded',
      at: deps.clock.now(),
      failure: null,
      steps: steps.taken(),
    });
  });
}

async function tellLive(
  deps: Deps,
  { app, out, steps }: DeployWork,
  { release, tellTraffic }: { release: Release; tellTraffic: (out: Out) => Promise<void> },
): Promise<Deployed> {
  const replaced = app.current === release.number ? null : app.current;
  const urls = urlsAt(deps, app.name, release.domains);
  out.step(
    `Release v${release.number} of ${app.name} is live${replaced === null ? '' : ` (it replaced v${replaced})`}`,
  );
  const parts = steps.taken().map((step) => `${step.name} ${formatMilliseconds(step.milliseconds)}`);
  out.detail(`${parts.join(', ')}; ${formatMilliseconds(steps.total())} in all`);
  await tellTraffic(out);
  if (urls.length > 0) out.header('Application deployed:');
  for (const url of urls) out.detail(url);
  tellHttps(deps, app, out);
  return { release: release.number, replaced, urls };
}
