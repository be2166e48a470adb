import type { App } from '../model/app.ts';
import { isFailure } from '../model/failures.ts';
import type { Deploy } from '../model/deploy.ts';
import { planChange, wantedProcesses, type ProcessChange } from '../model/plan-processes.ts';
import { planRoute } from '../model/plan-routes.ts';
import type { RunningProcess } from '../model/process.ts';
import type { Release } from '../model/release.ts';
import type { AppRoute } from '../model/route.ts';
import { domainsOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Deps } from './deps.ts';
import { doorsOf } from './expose-service.ts';
import { endCutOffJobs } from './cut-off-jobs.ts';
import { retireLater } from './retire.ts';
import { recoverServices, servicesAnswer } from './recover-services.ts';
import { isProven } from './is-proven.ts';
import { sourceDeployOf } from './source-deploys.ts';
import { startMissing } from './start-missing.ts';
import { takeUpUnfinished, untagCutOff } from './take-up.ts';
import { unfinishedOf } from './unfinished.ts';

/**
 * At the start of slipwayd: the store has the wish, the engine the fact. Deploys that were cut off are ended as failed;
 * each app gets exactly the processes of its current release; the routes are made anew; what has no place is retired.
 * The route of an app whose processes run as wanted is the same as before, so nobody notices.
 */
export async function recover(deps: Deps): Promise<void> {
  endCutOffJobs(deps);
  const unfinished = endCutOffDeploys(deps);
  await deps.engine.removeTasks();
  await recoverServices(deps);
  const present = Map.groupBy(await deps.engine.list(), (process) => process.app);
  const staying = deps.store.apps.all().filter((app) => unfinishedOf(deps, app)?.kind !== 'removal');
  const apps = staying.map((app) => planApp(deps, app, present.get(app.name) ?? []));
  await serveAll(
    deps,
    apps.flatMap(({ route }) => route),
  );
  takeUpUnfinished(deps, unfinished);
  for (const plan of apps) {
    const own = unfinished.filter((deploy) => deploy.app === plan.app.name);
    if (plan.change.start.length + plan.change.retire.length + own.length > 0)
      deps.later(`repair ${plan.app.name}`, async () => {
        await servicesAnswer(deps, plan.app);
        await repair(deps, plan, own);
      });
  }
  removeStrangers(deps, present);
  await deps.sources.keepOnly(keptSources(deps));
  await deps.appLogs.keepOnly(new Set(deps.store.apps.all().map(({ id }) => id)));
  await deps.doors.removeClones();
}

/** Apps are served, whatever else somebody has taken of the places that services are exposed at. */
async function serveAll(deps: Deps, routes: readonly AppRoute[]): Promise<void> {
  const certificates = deps.store.certificates.all();
  const doors = await doorsOf(deps);
  try {
    await deps.routes.replaceAll(routes, certificates, doors);
  } catch (error) {
    if (doors.length === 0 || !isFailure(error, 'E_PORT_TAKEN')) throw error;
    await deps.routes.replaceAll(routes, certificates);
    for (const door of doors)
      await deps.routes.openDoor(door).catch((err: unknown) => {
        deps.log.error({ err, service: door.service }, 'a service could not be exposed');
      });
  }
}

/** Starts what is missing, retires what has no place, and then lets go of the images that cut-off builds may have left. */
async function repair(
  deps: Deps,
  { app, release, change }: AppPlan,
  unfinished: readonly Deploy[],
): Promise<void> {
  if (release && change.start.length > 0) await startMissing(deps, app, { release, change });
  else await retireLater(deps, { app: app.name, processes: change.retire });
  await untagCutOff(deps, app, unfinished);
  // Its app may have been destroyed meanwhile.
  for (const { id } of unfinished)
    if (deps.store.deploys.find(id))
      deps.store.deploys.finish(id, { state: 'failed', at: deps.clock.now(), failure: cutOff, steps: [] });
}

const cutOff = {
  code: 'E_CANCELLED',
  message: 'slipwayd ended during this deploy',
} satisfies Deploy['failure'];

/** They have failed from now on, and are finished when what they made is gone. */
function endCutOffDeploys(deps: Deps): readonly Deploy[] {
  const unfinished = deps.store.deploys.unfinished();
  for (const deploy of unfinished) {
    const app = deps.store.apps.find(deploy.app);
    deps.store.transaction(() => {
      const isLive = app !== undefined && app.current === deploy.release;
      if (app && deploy.release !== null && !isLive)
        deps.store.releases.setState(app, deploy.release, 'failed');
      deps.store.deploys.finish(deploy.id, { state: 'failed', at: null, failure: cutOff, steps: [] });
    });
    deps.log.warn({ deploy: deploy.id, app: deploy.app }, 'deploy was cut off');
  }
  return unfinished;
}

interface AppPlan {
  readonly app: App;
  readonly release: Release | undefined;
  readonly change: ProcessChange;
  readonly route: readonly AppRoute[];
}

/** A process that restarts keeps its place and its address. One that has ended does not: the engine has given it up. */
function planApp(deps: Deps, app: App, present: readonly RunningProcess[]): AppPlan {
  if (!app.stopped && unfinishedOf(deps, app)?.kind === 'adopted') return leftAlone(deps, app, present);
  const release = app.stopped ? undefined : currentReleaseOf(deps, app);
  const wanted = release ? wantedProcesses(release, 0) : [];
  const change = planChange(
    wanted,
    mostTrustedFirst(deps, present).map((process) =>
      process.state === 'restarting' ? { ...process, state: 'running' as const } : process,
    ),
  );
  const route =
    app.current === null ? [] : [planRoute(app.name, release?.domains ?? domainsOf(deps, app), change.keep)];
  return { app, release, change, route };
}

/** What runs is served as it is: nobody knows what to start in its place. */
function leftAlone(deps: Deps, app: App, present: readonly RunningProcess[]): AppPlan {
  const change = { keep: present, start: [], retire: [] };
  const route = [planRoute(app.name, domainsOf(deps, app), present)];
  return { app, release: undefined, change, route };
}

/**
 * Two processes of one name and fingerprint are there where slipwayd ended between a restart and its end. That of a
 * deploy that went well is proven, and the newest of those is the live one: the others were being taken away.
 */
function mostTrustedFirst(deps: Deps, present: readonly RunningProcess[]): readonly RunningProcess[] {
  const trust = (process: RunningProcess) => Number(isProven(deps, process));
  return present.toSorted((a, b) => trust(b) - trust(a) || b.deploy - a.deploy);
}

/** Processes of apps that are in the store no more. */
function removeStrangers(deps: Deps, present: ReadonlyMap<string, readonly RunningProcess[]>): void {
  const known = new Set(deps.store.apps.all().map((app) => app.name));
  for (const name of present.keys()) {
    if (!known.has(name)) deps.later(`remove what is left of ${name}`, () => deps.engine.removeApp(name));
  }
}

/** The deploys whose source a rebuild may need. */
function keptSources(deps: Deps): ReadonlySet<number> {
  return new Set(deps.store.apps.all().flatMap((app) => sourceDeployOf(deps, app)?.id ?? []));
}
