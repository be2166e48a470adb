import { isCovered, type AppRoute, type RouteTable, type ServedCertificate } from '../model/route.ts';
import { payloadLimit, type HaproxyCommand } from '../tools/haproxy-command.ts';
import { certificateLine, certificateLines, certificateName } from './certificate-files.ts';
import { inOrder, renderDoors } from './door.ts';
import { byHost, hostEntry } from './host-value.ts';
import { mapsOf, type Maps } from './map-file.ts';
import { proofPath } from './proof-path.ts';
import type { RouterPaths } from './router-paths.ts';
import { endpointOf, poolName, serverName, type AppState, type ProxyState } from './proxy-state.ts';

/** Empty backends that a reload leaves for apps to come, at least. A spare one costs 10 KB of memory. */
export const sparePools = 50;

export interface ApplyPlan {
  readonly next: ProxyState;
  /** The backends run short, or a door is another one: the whole configuration is loaded anew, in place of commands. */
  readonly reload: boolean;
  readonly commands: readonly HaproxyCommand[];
}

/** Paths of the files, as the configuration names them. */
export type PlanPaths = Pick<RouterPaths, 'maps' | 'certificateList' | 'certificates'>;

/**
 * What makes the table true in a proxy that is in this state. Undefined: it is true already.
 * New servers take requests before a host leads to them, and old ones leave after that.
 */
export function planApply(state: ProxyState, table: RouteTable, paths: PlanPaths): ApplyPlan | undefined {
  const next = nextState(state, table);
  const fresh = freshCertificates(state, table);
  if (
    next.pools > state.pools ||
    fresh.some(isTooLong) ||
    renderDoors(next.doors) !== renderDoors(state.doors)
  )
    return { next: withoutLeaving(next), reload: true, commands: [] };
  const maps = { before: mapsOf(state), after: mapsOf(next) };
  const commands = [
    ...fresh.map((one) => addCertificate(one, paths)),
    ...joinCommands(state, next),
    ...mapCommands(maps, paths),
    ...leaveCommands(state, next),
    ...removeCertificates(state, next, paths),
    ...forgetCommands(maps, paths),
  ];
  return commands.length === 0 ? undefined : { next, reload: false, commands };
}

function nextState(state: ProxyState, table: RouteTable): ProxyState {
  const apps = new Map<string, AppState>();
  const routes = table.routes.filter((route) => route.hosts.length > 0 || route.endpoints.length > 0);
  const routed = new Set(routes.map((route) => route.app));
  for (const [app, before] of state.apps) {
    const leaving = [...before.leaving, ...before.servers];
    if (!routed.has(app) && leaving.length > 0)
      apps.set(app, { pool: before.pool, hosts: [], servers: [], leaving });
  }
  const covered = new Set((table.certificates ?? []).flatMap(({ hosts }) => hosts));
  const free = freePools(state);
  for (const route of routes) {
    const before = state.apps.get(route.app) ?? { pool: free(), hosts: [], servers: [], leaving: [] };
    apps.set(route.app, routedApp(before, route, covered));
  }
  const used = Math.max(0, ...[...apps.values()].map((app) => app.pool));
  return {
    pools: used > state.pools ? grownPools(used) : state.pools,
    apps,
    certificates: certificateLines(table.certificates ?? []),
    proofs: proofsOf(table),
    doors: inOrder(table.doors ?? []),
  };
}

function proofsOf({ proofs = [] }: RouteTable): ProxyState['proofs'] {
  return new Map(proofs.map(({ token, answer }) => [proofPath(token), answer]));
}

function routedApp(before: AppState, route: AppRoute, covered: ReadonlySet<string>): AppState {
  const servers = route.endpoints.map(serverName);
  const leaving = [...before.leaving, ...before.servers].filter((server) => !servers.includes(server));
  const hosts = route.hosts.map((host) => hostEntry(host, route, isCovered(host, covered))).sort(byHost);
  return { pool: before.pool, hosts, servers, leaving };
}

/** Gives the free backends, lowest first; beyond those that are there, the numbers go on. */
function freePools(state: ProxyState): () => number {
  const taken = new Set([...state.apps.values()].map((app) => app.pool));
  let pool = 0;
  return () => {
    do pool += 1;
    while (taken.has(pool));
    return pool;
  };
}

/** How many backends a configuration gets whose apps need so many. */
export function grownPools(used: number): number {
  return Math.ceil((used + sparePools) / sparePools) * sparePools;
}

/** After a reload, servers that were leaving are known to the old worker only. */
export function withoutLeaving(state: ProxyState): ProxyState {
  const apps = new Map<string, AppState>();
  for (const [name, app] of state.apps) {
    if (app.hosts.length > 0 || app.servers.length > 0) apps.set(name, { ...app, leaving: [] });
  }
  return { ...state, apps };
}

function joinCommands(state: ProxyState, next: ProxyState): HaproxyCommand[] {
  return [...next.apps].flatMap(([name, app]) => {
    const before = state.apps.get(name);
    const fresh = app.servers.filter((server) => !before?.servers.includes(server));
    return fresh.flatMap((server) => joinServer(app.pool, server, before?.leaving.includes(server) ?? false));
  });
}

function joinServer(pool: number, server: string, known: boolean): HaproxyCommand[] {
  const place = { backend: poolName(pool), server };
  const ready: HaproxyCommand = { kind: 'ready', ...place };
  const endpoint = endpointOf(server);
  if (known || !endpoint) return [ready];
  return [{ kind: 'add-server', ...place, address: endpoint.address, port: endpoint.port }, ready];
}

interface MapChange {
  readonly before: Maps;
  readonly after: Maps;
}

/** The app of a backend is named before hosts lead to it. */
function mapCommands({ before, after }: MapChange, { maps }: PlanPaths): HaproxyCommand[] {
  return (['apps', 'hosts', 'wild', 'proofs'] as const).flatMap((name) => {
    const map = maps[name];
    const gone = name === 'apps' ? [] : [...before[name].keys()].filter((key) => !after[name].has(key));
    return [
      ...[...after[name]].flatMap(([key, value]): HaproxyCommand[] => {
        const old = before[name].get(key);
        if (old === value) return [];
        return [{ kind: old === undefined ? 'add-map' : 'set-map', map, key, value }];
      }),
      ...gone.map((key): HaproxyCommand => ({ kind: 'delete-map', map, key })),
    ];
  });
}

function leaveCommands(state: ProxyState, next: ProxyState): HaproxyCommand[] {
  return [...next.apps].flatMap(([name, app]) => {
    const left = app.leaving.filter((server) => state.apps.get(name)?.servers.includes(server));
    return left.map(
      (server): HaproxyCommand => ({ kind: 'maintenance', backend: poolName(app.pool), server }),
    );
  });
}

/** Backends whose app has neither routes nor servers any more are free again. */
function forgetCommands({ before, after }: MapChange, { maps }: PlanPaths): HaproxyCommand[] {
  const gone = [...before.apps.keys()].filter((key) => !after.apps.has(key));
  return gone.map((key) => ({ kind: 'delete-map', map: maps.apps, key }));
}

function freshCertificates(state: ProxyState, { certificates = [] }: RouteTable): ServedCertificate[] {
  return certificates.filter((one) => !state.certificates.has(certificateName(one)));
}

/** What does not fit into a command is read from its file, with all others. */
function isTooLong({ pem }: ServedCertificate): boolean {
  return pem.reveal().length > payloadLimit;
}

function addCertificate(certificate: ServedCertificate, paths: PlanPaths): HaproxyCommand {
  const name = certificateName(certificate);
  const words = certificateLines([certificate]).get(name) ?? [];
  return { kind: 'add-certificate', pem: certificate.pem, ...certificateLine(paths, name, words) };
}

/** After the new ones are there, and no host is sent to https any more that has none. */
function removeCertificates(state: ProxyState, next: ProxyState, paths: PlanPaths): HaproxyCommand[] {
  const gone = [...state.certificates].filter(([name]) => !next.certificates.has(name));
  return gone.map(([name, words]) => ({
    kind: 'remove-certificate',
    ...certificateLine(paths, name, words),
  }));
}
