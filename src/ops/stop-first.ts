import { type ProcessChange, wantedProcesses } from '../model/plan-processes.ts';
import { endpointId, endpointOf } from '../model/plan-routes.ts';
import { processName, type RunningProcess } from '../model/process.ts';
import type { Release } from '../model/release.ts';
import type { AppRoute } from '../model/route.ts';
import { currentReleaseOf } from './current-release.ts';
import type { DeployWork } from './deploy-work.ts';
import type { Deps } from './deps.ts';
import { joinedNetworks } from './joined-networks.ts';
import { retire } from './retire.ts';

/**
 * Takes away the processes of the types whose checks are disabled, before those that replace them start: of such a type
 * never two run at once. A deploy that fails after it starts those of the release before again. Gives the change that is
 * left to be made.
 */
export async function stopFirst(
  deps: Deps,
  work: DeployWork,
  { release, change }: { readonly release: Release; readonly change: ProcessChange },
): Promise<ProcessChange> {
  const replaced = new Set(change.start.map(({ type }) => type));
  const goes = ({ type }: RunningProcess) =>
    replaced.has(type) && release.processes[type]?.checks === 'disabled';
  const first = change.retire.filter(goes);
  if (first.length === 0) return change;
  work.out.step(`Stopping ${first.map(processName).join(', ')}: checks are disabled`);
  const before = deps.routes.of(work.app.name);
  work.undo.push('start again what was stopped', () => startAgain(deps, work, { stopped: first, before }));
  await work.steps.time('stop', async () => {
    if (before) await deps.routes.set(withoutEndpoints(before, first));
    await retire(deps, { app: work.app.name, processes: first });
  });
  return { ...change, retire: change.retire.filter((process) => !goes(process)) };
}

function withoutEndpoints(route: AppRoute, processes: readonly RunningProcess[]): AppRoute {
  const gone = new Set(processes.map(endpointId));
  return { ...route, endpoints: route.endpoints.filter(({ id }) => !gone.has(id)) };
}

interface Stopped {
  readonly stopped: readonly RunningProcess[];
  readonly before: AppRoute | undefined;
}

/** The new processes are gone by then. One that does not get healthy is routed to all the same: there is no other. */
async function startAgain(deps: Deps, work: DeployWork, { stopped, before }: Stopped): Promise<void> {
  const release = currentReleaseOf(deps, work.app);
  if (!release) return;
  const names = new Set(stopped.map(processName));
  const specs = wantedProcesses(release, work.deploy.id).filter((spec) => names.has(processName(spec)));
  const { signal } = new AbortController();
  const started = await deps.engine.start(specs, signal, joinedNetworks(deps, work.app));
  const { out } = work;
  const checks = started.map(async (process, at) => {
    const spec = specs[at];
    if (spec) await deps.engine.waitHealthy(process, spec, { out, signal });
  });
  await Promise.allSettled(checks);
  if (before) {
    const kept = withoutEndpoints(before, stopped);
    await deps.routes.set({ ...kept, endpoints: [...kept.endpoints, ...started.flatMap(endpointOf)] });
  }
}
