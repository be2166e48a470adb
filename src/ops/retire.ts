import { endpointId, endpointOf } from '../model/plan-routes.ts';
import type { RunningProcess } from '../model/process.ts';
import { stopTimeoutOf } from './app-settings.ts';
import type { Deps } from './deps.ts';
import { removeProcesses } from './keep-log.ts';

/**
 * Takes processes away that no route leads to any more: waits until their requests are done, then SIGTERM, then removes
 * them. That takes as long as the slowest request, so it needs no lane: nothing counts on them from the first moment.
 */
export async function retire(
  deps: Deps,
  appName: string,
  processes: readonly RunningProcess[],
): Promise<void> {
  for (const { id } of processes) deps.retiring.add(id);
  try {
    await drainAndRemove(deps, appName, processes);
  } finally {
    for (const { id } of processes) deps.retiring.delete(id);
  }
}

async function drainAndRemove(
  deps: Deps,
  appName: string,
  processes: readonly RunningProcess[],
): Promise<void> {
  const seconds = stopTimeoutOf(deps, appName);
  await drain(deps, appName, { processes, seconds });
  if (processes.length > 0) await removeProcesses(deps, processes, seconds);
}

/** Waits until the router has no request left to these processes, to which no route leads; after `seconds` it cuts them. */
export async function drain(
  deps: Deps,
  appName: string,
  what: { readonly processes: readonly RunningProcess[]; readonly seconds: number },
): Promise<void> {
  const routed = what.processes.filter((process) => endpointOf(process).length > 0).map(endpointId);
  if (routed.length === 0) return;
  const { signal } = new AbortController();
  await deps.routes.router.drain(appName, routed, { timeout: what.seconds * 1000, signal });
}
