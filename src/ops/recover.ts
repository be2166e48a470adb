import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { planChange, wantedProcesses, type ProcessChange } from '../model/plan-processes.ts';
import { planRoute } from '../model/plan-routes.ts';
import type { RunningProcess } from '../model/process.ts';
import type { Release } from '../model/release.ts';
import type { AppRoute } from '../model/route.ts';
import { silent } from '../model/line.ts';
import { domainsOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Deps } from './deps.ts';
import { retire } from './retire.ts';

/**
 * At the start of slipwayd: the store has the wish, the engine the fact. Deploys that were cut off are ended as failed;
 * each app gets exactly the processes of its current release; the routes are made anew; what has no place is retired.
 * The route of an app whose processes run as wanted is the same as before, so nobody notices.
 */
export async function recover(deps: Deps): Promise<void> {
  endCutOffDeploys(deps);
  await deps.engine.removeTasks();
  const present = Map.groupBy(await deps.engine.list(), (process) => process.app);
  const apps = deps.store.apps.all().map((app) => planApp(deps, app, present.get(app.name) ?? []));
  await deps.routes.replaceAll(apps.flatMap(({ route }) => route));
  for (const { app, release, change } of apps) {
    if (release && change.start.length > 0)
      deps.later(`start what is missing of ${app.name}`, () => startMissing(deps, app, { release, change }));
    else if (change.retire.length > 0)
      deps.later(`retire leftovers of ${app.name}`, () => retire(deps, app.name, change.retire));
  }
  removeStrangers(deps, present);
  await deps.sources.keepOnly(keptSources(deps));
}

function endCutOffDeploys(deps: Deps): void {
  const cut = failure('E_CANCELLED', 'slipwayd ended during this deploy');
  for (const deploy of deps.store.deploys.unfinished()) {
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
}

interface AppPlan {
  readonly app: App;
  readonly release: Release | undefined;
  readonly change: ProcessChange;
  readonly route: readonly AppRoute[];
}

/** A process that only restarts or has ended keeps its place: the engine restarts it, its address stays. */
function planApp(deps: Deps, app: App, present: readonly RunningProcess[]): AppPlan {
  const release = app.stopped ? undefined : currentReleaseOf(deps, app);
  const wanted = release ? wantedProcesses(release, 0) : [];
  const change = planChange(
    wanted,
    present.map((process) => ({ ...process, state: 'running' as const })),
  );
  const route =
    app.current === null ? [] : [planRoute(app.name, release?.domains ?? domainsOf(deps, app), change.keep)];
  return { app, release, change, route };
}

/** Starts processes that are gone, and routes to them when they are healthy; those that are there serve meanwhile. */
async function startMissing(
  deps: Deps,
  app: App,
  { release, change }: { release: Release; change: ProcessChange },
): Promise<void> {
  const { actor, out, signal } = { actor: 'slipway', out: silent, signal: new AbortController().signal };
  await deps.lanes.run(
    { app: app.name, what: 'recover', actor, at: deps.clock.now(), out, signal },
    async () => {
      const record = deps.store.deploys.create(app, {
        kind: 'start',
        subject: 'recover',
        actor,
        createdAt: deps.clock.now(),
      });
      deps.store.deploys.start(record.id, deps.clock.now());
      const specs = change.start.map((spec) => ({ ...spec, deploy: record.id }));
      const started = await deps.engine.start(specs, signal);
      await deps.routes.set(planRoute(app.name, release.domains, [...change.keep, ...started]));
      deps.store.deploys.finish(record.id, {
        state: 'succeeded',
        at: deps.clock.now(),
        failure: null,
        steps: [],
      });
      await retire(deps, app.name, change.retire);
    },
  );
}

/** Processes of apps that are in the store no more. */
function removeStrangers(deps: Deps, present: ReadonlyMap<string, readonly RunningProcess[]>): void {
  const known = new Set(deps.store.apps.all().map((app) => app.name));
  for (const name of present.keys()) {
    if (!known.has(name)) deps.later(`remove what is left of ${name}`, () => deps.engine.removeApp(name));
  }
}

/** The deploys whose source a rebuild may need: the last that went well of each app. */
function keptSources(deps: Deps): ReadonlySet<number> {
  const newest = deps.store.apps.all().flatMap((app) => {
    const succeeded = deps.store.deploys
      .list(app, Number.MAX_SAFE_INTEGER)
      .filter((deploy) => deploy.state === 'succeeded');
    return succeeded.find((deploy) => deploy.kind === 'git' || deploy.kind === 'archive')?.id ?? [];
  });
  return new Set(newest);
}
