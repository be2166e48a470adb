import type { ServedDoor } from '../model/route.ts';
import type { WorkerServer } from '../tools/haproxy-socket.ts';
import type { Entries, Maps } from './map-file.ts';
import type { CertificateLines } from './certificate-files.ts';
import { parseDoors } from './door.ts';
import { byHost, parseHostValue, type HostEntry } from './host-value.ts';
import { endpointOf, poolName, poolNumber, type AppState, type ProxyState } from './proxy-state.ts';

/** What was found, in a running worker or in the files of one that will be started. */
export interface Found {
  readonly pools: number;
  readonly servers: readonly WorkerServer[];
  readonly maps: Maps;
  readonly certificates: CertificateLines;
  readonly doors: readonly ServedDoor[];
}

/** Puts together what belongs to each app. A backend that no app has is free. */
export function stateOf(found: Found): ProxyState {
  const hosts = hostsByPool(found.maps);
  const servers = Map.groupBy(found.servers, (server) => server.backend);
  const apps = new Map<string, AppState>();
  for (const [name, app] of found.maps.apps) {
    const pool = poolNumber(name);
    if (pool === undefined || pool > found.pools) continue;
    const own = (servers.get(name) ?? []).filter((one) => endpointOf(one.server) !== undefined);
    apps.set(app, {
      pool,
      hosts: (hosts.get(name) ?? []).sort(byHost),
      servers: own.filter((one) => !one.leaving).map((one) => one.server),
      leaving: own.filter((one) => one.leaving).map((one) => one.server),
    });
  }
  const { pools, certificates, doors, maps } = found;
  return { pools, apps, certificates, proofs: maps.proofs, doors };
}

function hostsByPool(maps: Maps): Map<string, HostEntry[]> {
  const all = [...maps.hosts, ...wildHosts(maps.wild)].map(([host, value]) => ({
    host,
    ...parseHostValue(value),
  }));
  const byPool = Map.groupBy(all, ({ pool }) => pool);
  return new Map(
    [...byPool].map(([pool, hosts]) => [pool, hosts.map(({ host, https }) => ({ host, https }))]),
  );
}

function wildHosts(wild: Entries): [string, string][] {
  return [...wild].map(([domain, pool]) => [`*.${domain}`, pool]);
}

/** Reads the backends, servers and doors of a configuration that render-config.ts wrote. */
export function parseConfig(text: string): Pick<Found, 'pools' | 'servers' | 'doors'> {
  const servers: WorkerServer[] = [];
  let pools = 0;
  for (const line of text.split('\n')) {
    const [word, name = ''] = line.trim().split(' ');
    if (word === 'backend' && poolNumber(name) !== undefined) pools += 1;
    if (word === 'server' && pools > 0 && endpointOf(name) !== undefined) {
      servers.push({ backend: poolName(pools), server: name, leaving: false });
    }
  }
  return { pools, servers, doors: parseDoors(text) };
}
