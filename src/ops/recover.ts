import type { App } from '../model/app.ts';
import type { Deploy } from '../model/deploy.ts';
import { failure } from '../model/failures.ts';
import { planChange, wantedProcesses, type ProcessChange } from '../model/plan-processes.ts';
import { planRoute } from '../model/plan-routes.ts';
import type { RunningProcess } from '../model/process.ts';
import { mayStayEnded } from '../model/restart-policy.ts';
import type { Release } from '../model/release.ts';
import type { AppRoute } from '../model/route.ts';
import { domainsOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Deps } from './deps.ts';
import { retire } from './retire.ts';
import { sourceDeployOf } from './source-deploys.ts';
import { startMissing } from './start-missing.ts';

/**
 * At the start of slipwayd: the store has the wish, the engine the fact. Deploys that were cut off are ended as failed;
 * each app gets exactly the processes of its current release; the routes are made anew; what has no place is retired.
 * The route of an app whose processes run as wanted is the same as before, so nobody notices.
 */
export async function recover(deps: Deps): Promise<void> {
  const cutOff = endCutOffDeploys(deps);
  await deps.engine.removeTasks();
  const present = Map.groupBy(await deps.engine.list(), (process) => process.app);
  const apps = deps.store.apps.all().map((app) => planApp(deps, app, present.get(app.name) ?? []));
  await deps.routes.replaceAll(apps.flatMap(({ route }) => route));
  for (const plan of apps) {
    const unfinished = cutOff.filter((deploy) => deploy.app === plan.app.name);
    if (plan.change.start.length + plan.change.retire.length + unfinished.length > 0)
      deps.later(`repair ${plan.app.name}`, () => repair(deps, plan, unfinished));
  }
  removeStrangers(deps, present);
  await deps.sources.keepOnly(keptSources(deps));
  await deps.appLogs.keepOnly(new Set(deps.store.apps.all().map(({ id }) => id)));
  await deps.doors.removeClones();
}

/** Starts what is missing, retires what has no place, and then lets go of the images that cut-off builds may have left. */
async function repair(
  deps: Deps,
  { app, release, change }: AppPlan,
  cutOff: readonly Deploy[],
): Promise<void> {
  if (release && change.start.length > 0) await startMissing(deps, app, { release, change });
  else await retire(deps, app.name, change.retire);
  // No other release has these tags: they would have become one by succeeding.
  for (const { id } of cutOff) await deps.images.untag(deps.names.image(app.name, id));
}

function endCutOffDeploys(deps: Deps): readonly Deploy[] {
  const unfinished = deps.store.deploys.unfinished();
  const cut = failure('E_CANCELLED', 'slipwayd ended during this deploy');
  for (const deploy of unfinished) {
    const app = deps.store.apps.find(deploy.app);
    deps.store.transaction(() => {
      const isLive = app !== undefined && app.current === deploy.release;
      if (app && deploy.release !== null && !isLive)
        deps.store.releases.setState(app, deploy.release, 'failed');
      deps.store.deploys.finish(deploy.id, {
        state: 'failed',
        at: deps.clock.now(),
        failure: { code: cut.code, message: cut.message },
        steps: [],
      });
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

/** A process that only restarts or has ended keeps its place, where the engine restarts it: its address stays. */
function planApp(deps: Deps, app: App, present: readonly RunningProcess[]): AppPlan {
  const release = app.stopped ? undefined : currentReleaseOf(deps, app);
  const wanted = release ? wantedProcesses(release, 0) : [];
  const staysEnded = release !== undefined && mayStayEnded(release.restartPolicy);
  const change = planChange(
    wanted,
    mostTrustedFirst(deps, present).map((process) => ({
      ...process,
      state: process.state === 'exited' && staysEnded ? ('exited' as const) : ('running' as const),
    })),
  );
  const route =
    app.current === null ? [] : [planRoute(app.name, release?.domains ?? domainsOf(deps, app), change.keep)];
  return { app, release, change, route };
}

/**
 * Two processes of one name and fingerprint are there where slipwayd ended between a restart and its end. That of a
 * deploy that went well is proven, and the newest of those is the live one: the others were being taken away.
 */
function mostTrustedFirst(deps: Deps, present: readonly RunningProcess[]): readonly RunningProcess[] {
  const isProven = ({ deploy }: RunningProcess) => deps.store.deploys.find(deploy)?.state === 'succeeded';
  return present.toSorted((a, b) => Number(isProven(b)) - Number(isProven(a)) || b.deploy - a.deploy);
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
