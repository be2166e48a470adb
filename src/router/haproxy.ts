import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull } from '../base/disk-full.ts';
import { Failure, messageOf, systemCode } from '../base/failure.ts';
import { oneAtATime } from '../base/one-at-a-time.ts';
import { failure } from '../model/failures.ts';
import type { RouterFacts } from '../model/diagnosis/facts.ts';
import type { Drained } from '../model/drain.ts';
import type { Requests } from '../model/requests.ts';
import type { RouteTable, ServedCertificate } from '../model/route.ts';
import { haproxyVersion } from '../tools/haproxy.ts';
import { HaproxyError, HaproxyMaster } from '../tools/haproxy-socket.ts';
import { holdWorker } from '../tools/hold-worker.ts';
import { removeCertificates, writeCertificates } from './certificate-files.ts';
import { checkTable } from './check-table.ts';
import { countAll, countApp, countFromHere, type WorkerState } from './count-requests.ts';
import {
  busyServers,
  closeSessions,
  deleteLeaving,
  formerPlaces,
  openSessions,
  type Leavers,
  type OpenServer,
} from './drain-servers.ts';
import { DrainWatch } from './drain-watch.ts';
import { planApply, type ApplyPlan } from './plan-apply.ts';
import type { ProxyState } from './proxy-state.ts';
import { renderConfig } from './render-config.ts';
import { readFiles, renderFiles, writeFiles, type FileTexts } from './router-files.ts';
import { routerPaths } from './router-paths.ts';
import type { DrainOptions, Router } from './router.ts';
import { awaitWorkers, readState, reloadProxy, unlessDown } from './running-proxy.ts';
import { surveyProxy } from './survey.ts';
import { Tally } from './tally.ts';
import {
  checkConfig,
  refuseTakenPorts,
  startProxy,
  type HaproxyOptions,
  type Known,
  type Proxy,
} from './start-haproxy.ts';

/** Milliseconds that a restart of a crashed HAProxy is waited for. */
const restartPatience = 10_000;
/** Milliseconds between the end of a drain's last time and giving up on what could not even be cut. */
const cutPatience = 15_000;

export class HaproxyRouter implements Router {
  readonly #proxy: Proxy;
  readonly #turn = oneAtATime();
  /** What workers of before a reload serve: it never changes. */
  readonly #former = new Map<number, ProxyState>();
  readonly #tally = new Tally();
  #known: Known | undefined;

  constructor(options: HaproxyOptions) {
    const paths = routerPaths(options.folder);
    this.#proxy = { options, paths, master: new HaproxyMaster(paths.masterSocket) };
  }

  /** Throws E_PORT_TAKEN, or E_ROUTER when HAProxy does not come up. */
  start(): Promise<void> {
    return this.#turn(() => orRouterFailure('The router did not start', () => this.#start()));
  }

  apply(table: RouteTable): Promise<void> {
    return this.#turn(() => orRouterFailure('The router did not take the change', () => this.#apply(table)));
  }

  async drain(app: string, endpointIds: readonly string[], options: DrainOptions): Promise<Drained> {
    const leavers = { app, ids: endpointIds };
    const watch = new DrainWatch(options.times);
    for (let pause = 20; ; pause = Math.min(pause * 1.5, 500)) {
      options.signal.throwIfAborted();
      const open = await this.#turn(() =>
        orRouterFailure('The router does not drain', () => this.#release(leavers, watch)),
      );
      if (open === 0) return watch.result();
      if (watch.late() > cutPatience)
        throw failure('E_ROUTER', `Some connections to ${app} could not be closed`);
      await sleep(watch.pause(pause), undefined, { signal: options.signal }).catch(() => {});
    }
  }

  requests(app: string): Promise<Requests> {
    return this.#turn(() =>
      orRouterFailure('The router does not tell its counters', async () => {
        await this.#follow();
        await this.#count(app);
        return this.#tally.of(app);
      }),
    );
  }

  async describe(): Promise<{ readonly name: string; readonly version: string; readonly running: boolean }> {
    const version = await unlessDown(async () => {
      const { current } = await this.#proxy.master.workers();
      return (await this.#proxy.master.info(current)).version;
    });
    const running = version !== undefined;
    return {
      name: 'haproxy',
      version: version ?? (await haproxyVersion(this.#proxy.options.haproxy)),
      running,
    };
  }

  facts(): Promise<RouterFacts> {
    return this.#turn(() =>
      orRouterFailure('The router does not tell what it serves', () => surveyProxy(this.#proxy)),
    );
  }

  async #start(): Promise<void> {
    this.#known = await startProxy(this.#proxy);
  }

  async #apply(table: RouteTable): Promise<void> {
    checkTable(table);
    const last = this.#started();
    const planned = planApply(last.state, table, this.#proxy.paths);
    if (!planned) return;
    const known = await this.#follow();
    const plan = known === last ? planned : planApply(known.state, table, this.#proxy.paths);
    if (!plan) return;
    await refuseTakenPorts(known.state.doors, plan.next.doors);
    const files = renderFiles(known.settings, plan.next);
    // Without a reload only server lines change, and the running HAProxy itself reads those, as commands.
    if (plan.reload) await checkConfig(this.#proxy, renderConfig(known.settings, plan.next));
    await this.#write(known, files, table.certificates ?? []);
    let pid: number;
    try {
      pid = await this.#change(known, plan);
    } catch (error) {
      await this.#goBack(known);
      throw error;
    }
    this.#known = { settings: known.settings, state: plan.next, files, pid };
    await removeCertificates(this.#proxy.paths, plan.next.certificates);
  }

  /** Where it fails, as on a full disk, the running proxy has heard nothing of it yet. */
  async #write(known: Known, files: FileTexts, certificates: readonly ServedCertificate[]): Promise<void> {
    try {
      await writeCertificates(this.#proxy.paths, certificates);
      await writeFiles(files, known.files);
    } catch (error) {
      await this.#writeBack(known);
      throw error;
    }
  }

  async #change(worker: WorkerState, plan: ApplyPlan): Promise<number> {
    if (plan.reload) return this.#reload(worker);
    await countFromHere(this.#counting, worker, plan.next);
    await this.#proxy.master.change(worker.pid, plan.commands);
    return worker.pid;
  }

  /** The old worker counts until it has handed over, and ends at once where nothing is open: it is held for that. */
  async #reload(worker: WorkerState): Promise<number> {
    const letGo = await holdWorker(this.#proxy.paths.workerSocket);
    try {
      const fresh = await reloadProxy(this.#proxy.master);
      await countAll(this.#counting, worker);
      return fresh;
    } finally {
      letGo();
    }
  }

  /** Files first; then a reload makes the running proxy what they say, whatever was done of the change. */
  async #goBack(known: Known): Promise<void> {
    await this.#writeBack(known);
    await unlessDown(() => reloadProxy(this.#proxy.master));
  }

  async #writeBack(known: Known): Promise<void> {
    this.#known = { ...known, files: new Map(), pid: 0 };
    await writeFiles(known.files, await readFiles(this.#proxy.paths));
    this.#known = { ...known, pid: 0 };
  }

  /** What the worker of now serves; read anew where it is not the one that was known. */
  async #follow(): Promise<Known> {
    const known = this.#started();
    const workers = await awaitWorkers(this.#proxy.master, restartPatience);
    if (!workers) throw new HaproxyError('HAProxy does not run');
    if (workers.current === known.pid) return known;
    const state = await readState(this.#proxy.master, workers.current, this.#proxy.paths);
    this.#known = { ...known, state, pid: workers.current };
    return this.#known;
  }

  #started(): Known {
    if (!this.#known) throw new Error('The router was not started');
    return this.#known;
  }

  /** One step of a drain: deletes what is free, cuts what is over its time. Gives how many servers are left. */
  async #release(leavers: Leavers, watch: DrainWatch): Promise<number> {
    const { master } = this.#proxy;
    const known = await this.#follow();
    await this.#endExcuse(leavers.app);
    const workers = await master.workers();
    const { state, open } = await deleteLeaving(master, known, leavers);
    this.#known = { ...known, state };
    const all = [...open, ...(await this.#openInOld(workers.old, state, leavers))];
    if (all.length === 0 || !watch.isLookDue()) return all.length;
    const due = watch.look(await openSessions(master, all));
    if (due.length > 0) {
      await this.#count(leavers.app);
      this.#tally.excuse(leavers.app, due.length);
      await closeSessions(master, due);
    }
    return all.length;
  }

  /** By the step after a cut, HAProxy has counted it. */
  async #endExcuse(app: string): Promise<void> {
    if (!this.#tally.isExcused(app)) return;
    await this.#count(app);
    this.#tally.excuse(app, 0);
  }

  async #openInOld(old: readonly number[], now: ProxyState, leavers: Leavers): Promise<OpenServer[]> {
    const open: OpenServer[] = [];
    for (const { pid, state } of await this.#formerWorkers(old)) {
      const places = formerPlaces(state, now, leavers);
      open.push(...((await unlessDown(() => busyServers(this.#proxy.master, pid, places))) ?? []));
    }
    return open;
  }

  async #formerWorkers(old: readonly number[]): Promise<WorkerState[]> {
    for (const pid of this.#former.keys()) if (!old.includes(pid)) this.#former.delete(pid);
    for (const pid of old) {
      if (this.#former.has(pid)) continue;
      const state = await unlessDown(() => readState(this.#proxy.master, pid, this.#proxy.paths));
      if (state) this.#former.set(pid, state);
    }
    return [...this.#former].map(([pid, state]) => ({ pid, state }));
  }

  async #count(app: string): Promise<void> {
    const known = this.#started();
    const { old } = await this.#proxy.master.workers();
    await countApp(this.#counting, app, [known, ...(await this.#formerWorkers(old))]);
  }

  get #counting() {
    return { master: this.#proxy.master, tally: this.#tally };
  }
}

/** Turns what HAProxy or the file system refused into E_ROUTER or E_DISK_FULL; all else is thrown as it is. */
async function orRouterFailure<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isDiskFull(error)) throw failure('E_DISK_FULL', `${what}: the disk is full`, { cause: error });
    if (error instanceof Failure || !(error instanceof HaproxyError || systemCode(error))) throw error;
    throw failure('E_ROUTER', `${what}: ${messageOf(error)}`, { cause: error });
  }
}
