import { drainedText, type Drained, type DrainTimes } from '../model/drain.ts';
import { endpointId, endpointOf } from '../model/plan-routes.ts';
import type { RunningProcess } from '../model/process.ts';
import { drainTimesOf, stopTimeoutOf } from './app-settings.ts';
import type { Deps } from './deps.ts';
import { removeProcesses } from './keep-log.ts';
import { ownJob, runJob } from './run-job.ts';

/** Processes that no route leads to any more. */
export interface Leaving {
  /** The app that they belong to, as engine and router call it. */
  readonly app: string;
  readonly processes: readonly RunningProcess[];
  /** The app by whose settings they go, where it has another name by now. */
  readonly settingsOf?: string;
  /** In place of the times that the app has. */
  readonly times?: DrainTimes;
}

/**
 * Takes processes away: waits until what is open to them is done or its time is over, then SIGTERM, then removes them.
 * One that takes no requests is told to stop at once. That takes as long as the slowest request, so it needs no lane:
 * nothing counts on them from the first moment. Tells what was open; null where none of them took requests.
 */
export function retire(deps: Deps, leaving: Leaving): Promise<Drained | null> {
  return whileRetiring(deps, leaving, () => drainAndRemove(deps, leaving));
}

/** The same as a job of its own, beside the lane. */
export async function retireLater(deps: Deps, leaving: Leaving): Promise<Drained | null> {
  if (leaving.processes.length === 0) return null;
  const job = ownJob(leaving.app, 'retire', 'beside');
  return whileRetiring(deps, leaving, () => runJob(deps, job, () => drainAndRemove(deps, leaving)));
}

async function whileRetiring<T>(deps: Deps, { processes }: Leaving, work: () => Promise<T>): Promise<T> {
  for (const { id } of processes) deps.retiring.add(id);
  try {
    return await work();
  } finally {
    for (const { id } of processes) deps.retiring.delete(id);
  }
}

async function drainAndRemove(deps: Deps, leaving: Leaving): Promise<Drained | null> {
  await deps.reached('retire');
  const seconds = stopTimeoutOf(deps, leaving.settingsOf ?? leaving.app);
  const remove = async (processes: readonly RunningProcess[]) => {
    if (processes.length > 0) await removeProcesses(deps, processes, seconds);
  };
  const removal = remove(leaving.processes.filter((process) => !takesRequests(process)));
  const draining = drain(deps, leaving);
  const drained = draining.then(() => remove(leaving.processes.filter(takesRequests)));
  // Both to their end, whatever becomes of the other: until then nothing may count on any of them.
  await Promise.allSettled([removal, drained]);
  await Promise.all([removal, drained]);
  return draining;
}

/** Waits until the router has nothing open any more to these processes, or has cut it at the end of its time. */
export async function drain(deps: Deps, leaving: Leaving): Promise<Drained | null> {
  const { app, processes, settingsOf = app, times = drainTimesOf(deps, settingsOf) } = leaving;
  const routed = processes.filter(takesRequests).map(endpointId);
  if (routed.length === 0) return null;
  const { signal } = new AbortController();
  const drained = await deps.routes.router.drain(app, routed, { times, signal });
  deps.log.info({ app, processes: routed }, drainedText(drained));
  return drained;
}

function takesRequests(process: RunningProcess): boolean {
  return endpointOf(process).length > 0;
}

/** For one who waits for the end: the app's own times, but requests at most so many seconds, and WebSockets none. */
export function shortTimes(deps: Deps, appName: string, seconds: number): DrainTimes {
  const { request, stream } = drainTimesOf(deps, appName);
  const most = seconds * 1000;
  return { request: Math.min(request, most), stream: Math.min(stream, most), websocket: 0 };
}
