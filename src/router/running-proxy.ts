import { readIfThere } from '../base/files.ts';
import { retryUntil } from '../base/retry.ts';
import { HaproxyError, type HaproxyMaster, type HaproxyWorkers } from '../tools/haproxy-socket.ts';
import { parseList } from './certificate-files.ts';
import { parseDoors } from './door.ts';
import type { Entries, MapName } from './map-file.ts';
import { poolPrefix, type ProxyState } from './proxy-state.ts';
import type { RouterPaths } from './router-paths.ts';
import { stateOf } from './state-of.ts';

/** The workers, or undefined when HAProxy does not answer within `timeout` ms. */
export function awaitWorkers(master: HaproxyMaster, timeout: number): Promise<HaproxyWorkers | undefined> {
  return retryUntil(
    () =>
      unlessDown(async () => {
        const workers = await master.workers();
        await master.info(workers.current);
        return workers;
      }),
    { firstPause: 10, maxPause: 200, timeout },
  );
}

/** Undefined where HAProxy, or the worker in question, is not there. */
export async function unlessDown<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HaproxyError && error.down) return undefined;
    throw error;
  }
}

/** What a worker serves. */
export async function readState(master: HaproxyMaster, pid: number, paths: RouterPaths): Promise<ProxyState> {
  const map = async (name: MapName): Promise<Entries> => new Map(await master.map(pid, paths.maps[name]));
  return stateOf({
    pools: await master.countBackends(pid, poolPrefix),
    servers: await master.servers(pid),
    maps: {
      hosts: await map('hosts'),
      wild: await map('wild'),
      apps: await map('apps'),
      proofs: await map('proofs'),
    },
    certificates: parseList(await master.certificateList(pid, paths.certificateList)),
    // No worker tells what it listens on; the file is what it was loaded from.
    doors: parseDoors((await readIfThere(paths.config)) ?? ''),
  });
}

/** Milliseconds for a reload; one with 1000 apps and certificates took about 1.3 s. */
const reloadPatience = 20_000;

/**
 * Loads the configuration files anew and waits until the new worker alone takes new connections. Gives its pid.
 * Throws HaproxyError when there is none after 20 s: then the old one serves on.
 */
export async function reloadProxy(master: HaproxyMaster): Promise<number> {
  const before = await master.workers();
  await master.reload();
  const fresh = await retryUntil(() => unlessDown(() => freshWorker(master, before.current)), {
    firstPause: 20,
    maxPause: 200,
    timeout: reloadPatience,
  });
  if (fresh === undefined) throw new HaproxyError('HAProxy did not take its new configuration');
  return fresh;
}

async function freshWorker(master: HaproxyMaster, before: number): Promise<number | undefined> {
  const workers = await master.workers();
  if (workers.current === before) return undefined;
  await master.info(workers.current);
  const ends = await Promise.all(workers.old.map((pid) => unlessDown(() => master.info(pid))));
  return ends.every((old) => old?.stopping ?? true) ? workers.current : undefined;
}
