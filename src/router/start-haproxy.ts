import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { readIfThere } from '../base/files.ts';
import type { Failure } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import type { Place } from '../model/route.ts';
import { checkHaproxyConfig } from '../tools/haproxy.ts';
import type { HaproxyMaster, HaproxyWorkers } from '../tools/haproxy-socket.ts';
import { soundLines } from './certificate-files.ts';
import { deleteLeaving, endpointIds } from './drain-servers.ts';
import { grownPools, withoutLeaving } from './plan-apply.ts';
import { allAddresses, portProblem } from './port-probe.ts';
import type { ProxyState } from './proxy-state.ts';
import { renderConfig, renderFrame, type Listen, type ProxySettings } from './render-config.ts';
import {
  presentFiles,
  renderFiles,
  stateOfFiles,
  writeFiles,
  writePages,
  type FileTexts,
} from './router-files.ts';
import type { RouterPaths } from './router-paths.ts';
import { awaitWorkers, readState, reloadProxy } from './running-proxy.ts';
import { letThrough, workerUser } from './worker-user.ts';

/** Whom HAProxy's worker becomes, where there is such a user. */
export const routerUser = 'haproxy';

export interface HaproxyOptions {
  /** Where all files of the router lie; made if it is not there. Its path may hold letters, digits and `._:/*-`. */
  readonly folder: string;
  /** The program. */
  readonly haproxy: string;
  /** Without addresses: all of this machine. Without a port for TLS there is no https. */
  readonly http: { readonly port: number; readonly tlsPort?: number; readonly addresses?: readonly string[] };
  /** Starts HAProxy with `haproxyArguments`, to be started again whenever it ends; need not wait until it answers. */
  readonly launch: () => Promise<void>;
  /** Who the worker becomes, if there is such a user: `haproxy` unless told otherwise. */
  readonly user?: string;
  readonly threads?: number;
  readonly maxConnections?: number;
}

/** What the driver knows of the proxy: what its worker serves, and what its files say. */
export interface Known {
  readonly settings: ProxySettings;
  readonly state: ProxyState;
  readonly files: FileTexts;
  /** The worker that this was learnt from; 0: to be asked again. */
  readonly pid: number;
}

/** One HAProxy: how it was asked for, where its files are, and the way to talk with it. */
export interface Proxy {
  readonly options: HaproxyOptions;
  readonly paths: RouterPaths;
  readonly master: HaproxyMaster;
}

/** Milliseconds until a launched HAProxy must answer. */
const launchPatience = 20_000;

/** Starts HAProxy, or takes up one that runs; throws E_PORT_TAKEN, E_ROUTER, HaproxyError. */
export async function startProxy(proxy: Proxy): Promise<Known> {
  const settings = await proxySettings(proxy);
  const newPages = await writePages(proxy.paths);
  if (settings.user !== null) await letThrough(proxy.paths.folder, settings.user);
  const there = await presentFiles(proxy.paths);
  const workers = await awaitWorkers(proxy.master, 0);
  return workers
    ? takeUp(proxy, { settings, there, pid: workers.current, newPages })
    : launch(proxy, settings, there);
}

/** Has HAProxy read a configuration text before it is used. */
export async function checkConfig({ options, paths }: Proxy, config: string): Promise<void> {
  await writeFile(paths.candidate, config, { mode: 0o600 });
  await checkHaproxyConfig(options.haproxy, paths.candidate);
}

async function proxySettings({ options, paths }: Proxy): Promise<ProxySettings> {
  const addresses = options.http.addresses ?? allAddresses();
  return {
    paths,
    http: { port: options.http.port, addresses },
    https: options.http.tlsPort === undefined ? null : { port: options.http.tlsPort, addresses },
    user: await workerUser(options.user ?? routerUser),
    threads: options.threads ?? Math.min(availableParallelism(), 8),
    maxConnections: options.maxConnections ?? 8000,
  };
}

/** Starts HAProxy with the routes that the files of its last run hold. */
async function launch(proxy: Proxy, settings: ProxySettings, there: FileTexts): Promise<Known> {
  const last = stateOfFiles(proxy.paths, there);
  const certificates = await soundLines(proxy.paths, last.certificates);
  const own = await ownPorts(proxy, settings);
  const doors = own ? last.doors : await freeDoors(last.doors);
  const state = { ...last, pools: last.pools === 0 ? grownPools(0) : last.pools, certificates, doors };
  const files = renderFiles(settings, state);
  await writeFiles(files, there);
  await checkConfig(proxy, renderConfig(settings, state));
  if (!own) await proxy.options.launch();
  const workers = own ?? (await awaitWorkers(proxy.master, launchPatience));
  if (!workers) {
    const log = proxy.paths.log;
    throw failure('E_ROUTER', `HAProxy does not answer; its log is ${log}`, { detail: await lastLines(log) });
  }
  return { settings, state, files, pid: workers.current };
}

/** A port that is taken may be taken by our own HAProxy which is just coming up: then its workers are given. */
async function ownPorts(
  { master }: Proxy,
  { http, https }: ProxySettings,
): Promise<HaproxyWorkers | undefined> {
  const doors = [http, ...(https === null ? [] : [https])];
  for (const { address, port } of doors.flatMap(places)) {
    const problem = await portProblem(address, port);
    if (problem === undefined) continue;
    const workers = await awaitWorkers(master, 2000);
    if (workers) return workers;
    throw portTaken({ address, port }, problem);
  }
  return undefined;
}

/** Before anything is changed: a configuration with one port that cannot be had is not taken at all. Throws E_PORT_TAKEN. */
export async function refuseTakenPorts(before: readonly Place[], after: readonly Place[]): Promise<void> {
  const isThere = ({ address, port }: Place) =>
    before.some((one) => one.address === address && one.port === port);
  for (const { address, port } of after.filter((place) => !isThere(place))) {
    const problem = await portProblem(address, port);
    if (problem !== undefined) throw portTaken({ address, port }, problem);
  }
}

function portTaken({ address, port }: Place, problem: string): Failure {
  const why = problem === 'EADDRINUSE' ? 'another program listens there' : problem;
  return failure('E_PORT_TAKEN', `The router cannot listen on port ${port} of ${address}: ${why}`);
}

/** At a start, a door that somebody else has taken meanwhile must not keep all apps from being served. */
async function freeDoors(doors: ProxyState['doors']): Promise<ProxyState['doors']> {
  const problems = await Promise.all(doors.map(({ address, port }) => portProblem(address, port)));
  return doors.filter((_door, index) => problems[index] === undefined);
}

function places({ addresses, port }: Listen): Place[] {
  return addresses.map((address) => ({ address, port }));
}

interface Running {
  readonly settings: ProxySettings;
  readonly there: FileTexts;
  readonly pid: number;
  readonly newPages: boolean;
}

/** Goes on with a HAProxy that runs. It is reloaded only where its settings or pages are others than before. */
async function takeUp(proxy: Proxy, { settings, there, pid, newPages }: Running): Promise<Known> {
  const state = await sweep(proxy, pid, await readState(proxy.master, pid, proxy.paths));
  const files = renderFiles(settings, state);
  const sameFrame =
    there.get(proxy.paths.config)?.startsWith(`${renderFrame(settings)}\nbackend pool1\n`) ?? false;
  if (!sameFrame) await checkConfig(proxy, renderConfig(settings, state));
  await writeFiles(files, there);
  if (sameFrame && !newPages) return { settings, state, files, pid };
  return { settings, state: withoutLeaving(state), files, pid: await reloadProxy(proxy.master) };
}

/** Deletes servers that were left by a run before and have no connection. */
async function sweep({ master }: Proxy, pid: number, state: ProxyState): Promise<ProxyState> {
  let swept = state;
  for (const [app, { leaving }] of state.apps) {
    if (leaving.length === 0) continue;
    swept = (await deleteLeaving(master, { pid, state: swept }, { app, ids: endpointIds(leaving) })).state;
  }
  return swept;
}

async function lastLines(path: string): Promise<string[]> {
  const text = (await readIfThere(path)) ?? '';
  return text.trim().split('\n').slice(-5);
}
