import type { HaproxyMaster } from '../tools/haproxy-socket.ts';
import { poolName, type ProxyState } from './proxy-state.ts';
import { unlessDown } from './running-proxy.ts';
import type { Tally } from './tally.ts';

/** A worker and what it serves. */
export interface WorkerState {
  readonly pid: number;
  readonly state: ProxyState;
}

interface Counting {
  readonly master: HaproxyMaster;
  readonly tally: Tally;
}

/** What an app was answered up to now, by each of the workers. */
export async function countApp(
  { master, tally }: Counting,
  app: string,
  workers: readonly WorkerState[],
): Promise<void> {
  for (const { pid, state } of workers) {
    const pool = state.apps.get(app)?.pool;
    if (pool === undefined) continue;
    const counters = await unlessDown(() => master.counters(pid, poolName(pool)));
    if (counters) tally.add(app, { pid, pool }, counters.get(poolName(pool)));
  }
  tally.keepOnly(workers.map(({ pid }) => pid));
}

/** The same of all apps that somebody has asked for: their worker ends soon, and its counters with it. */
export async function countAll({ master, tally }: Counting, { pid, state }: WorkerState): Promise<void> {
  const counters = await unlessDown(() => master.counters(pid));
  if (!counters) return;
  for (const app of tally.apps()) {
    const pool = state.apps.get(app)?.pool;
    if (pool !== undefined) tally.add(app, { pid, pool }, counters.get(poolName(pool)));
  }
}

/** Before apps get free backends of a worker: what those counted so far was of others. */
export async function countFromHere(
  { master, tally }: Counting,
  { pid, state }: WorkerState,
  next: ProxyState,
): Promise<void> {
  for (const [app, { pool }] of next.apps) {
    if (state.apps.has(app)) continue;
    const counters = await master.counters(pid, poolName(pool));
    tally.begin({ pid, pool }, counters.get(poolName(pool)));
  }
}
