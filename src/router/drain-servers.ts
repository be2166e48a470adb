import type { ServerPlace } from '../tools/haproxy-sessions.ts';
import type { HaproxyMaster } from '../tools/haproxy-socket.ts';
import type { OpenSession } from './drain-watch.ts';
import { endpointId, poolName, type ProxyState } from './proxy-state.ts';
import { unlessDown } from './running-proxy.ts';

/** A server that still has open requests in one worker. */
export interface OpenServer extends ServerPlace {
  readonly pid: number;
}

/** Which endpoints of which app are to be drained. */
export interface Leavers {
  readonly app: string;
  readonly ids: readonly string[];
}

/** Those servers of the app that take no requests any more. */
function leavingPlaces(state: ProxyState, { app, ids }: Leavers): ServerPlace[] {
  const found = state.apps.get(app);
  const servers = found?.leaving.filter((server) => ids.includes(endpointId(server))) ?? [];
  return found ? servers.map((server) => ({ backend: poolName(found.pool), server })) : [];
}

/** What an old worker of before a reload has of the app: there the servers are not leaving, the worker is. */
export function formerPlaces(old: ProxyState, now: ProxyState, { app, ids }: Leavers): ServerPlace[] {
  const found = old.apps.get(app);
  if (!found) return [];
  const live = now.apps.get(app)?.servers ?? [];
  const servers = [...found.servers, ...found.leaving].filter((server) => ids.includes(endpointId(server)));
  const gone = servers.filter((server) => !live.includes(server));
  return gone.map((server) => ({ backend: poolName(found.pool), server }));
}

export function endpointIds(servers: readonly string[]): string[] {
  return servers.map(endpointId);
}

/** Deletes those leaving servers that have no connection; gives the others, and the state after it. */
export async function deleteLeaving(
  master: HaproxyMaster,
  { pid, state }: { readonly pid: number; readonly state: ProxyState },
  leavers: Leavers,
): Promise<{ readonly open: OpenServer[]; readonly state: ProxyState }> {
  const open: OpenServer[] = [];
  const deleted: string[] = [];
  for (const place of leavingPlaces(state, leavers)) {
    if (await master.deleteServer(pid, place)) deleted.push(place.server);
    else open.push({ pid, ...place });
  }
  return { open, state: withoutServers(state, leavers.app, deleted) };
}

function withoutServers(state: ProxyState, app: string, deleted: readonly string[]): ProxyState {
  const found = state.apps.get(app);
  if (!found || deleted.length === 0) return state;
  const leaving = found.leaving.filter((server) => !deleted.includes(server));
  return { ...state, apps: new Map(state.apps).set(app, { ...found, leaving }) };
}

/** Those of the servers that have an open request in this worker. */
export async function busyServers(
  master: HaproxyMaster,
  pid: number,
  places: readonly ServerPlace[],
): Promise<OpenServer[]> {
  if (places.length === 0) return [];
  const sessions = await master.sessions(pid);
  const busy = places.filter((place) => sessions.some((session) => samePlace(session, place)));
  return busy.map((place) => ({ pid, ...place }));
}

/** All that is open to these servers; nothing in a worker that is gone meanwhile. */
export async function openSessions(
  master: HaproxyMaster,
  open: readonly OpenServer[],
): Promise<OpenSession[]> {
  const all: OpenSession[] = [];
  for (const [pid, places] of Map.groupBy(open, (server) => server.pid)) {
    const sessions = (await unlessDown(() => master.stagedSessions(pid))) ?? [];
    const own = sessions.filter((session) => places.some((place) => samePlace(session, place)));
    all.push(...own.map((session) => ({ ...session, pid })));
  }
  return all;
}

/** Cuts them; those that ended meanwhile are fine. */
export async function closeSessions(master: HaproxyMaster, sessions: readonly OpenSession[]): Promise<void> {
  for (const [pid, own] of Map.groupBy(sessions, (session) => session.pid))
    await unlessDown(() => master.closeSessions(pid, own));
}

function samePlace(one: ServerPlace, other: ServerPlace): boolean {
  return one.backend === other.backend && one.server === other.server;
}
