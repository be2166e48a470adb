import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { AllBackups } from '../../src/backup/all-backups.ts';
import { Turns } from '../../src/base/turns.ts';
import { SourceFolders } from '../../src/builder/source-folders.ts';
import { certificateTools } from '../../src/daemon/certificate-tools.ts';
import { sshDoors } from '../../src/daemon/doors.ts';
import { type Behaviour, MemoryEngine } from '../../src/engine/memory.ts';
import { Names } from '../../src/model/names.ts';
import type { ProcessSpec } from '../../src/model/process.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { TaskSpec } from '../../src/engine/engine.ts';
import { AppLogs } from '../../src/ops/app-logs.ts';
import { BuildQueue } from '../../src/ops/build-queue.ts';
import { OutputFiles } from '../../src/ops/output-files.ts';
import type { Deps } from '../../src/ops/deps.ts';
import { Lanes } from '../../src/ops/lanes.ts';
import { Spool } from '../../src/ops/spool.ts';
import { RequestLog } from '../../src/ops/request-log.ts';
import { ReserveFile } from '../../src/ops/reserve-file.ts';
import { MemoryAcme, MemoryAuthority } from '../../src/acme/memory.ts';
import { withKeeper } from '../../src/ops/certificate-keeper.ts';
import { httpsWishes } from '../../src/ops/https-settings.ts';
import { MemoryServices } from '../../src/service/memory.ts';
import { Routes } from '../../src/ops/routes.ts';
import { MemoryProxy, MemoryRouter } from '../../src/router/memory.ts';
import type { Router } from '../../src/router/router.ts';
import { sealerOf } from '../../src/store/sealer.ts';
import { openStore } from '../../src/store/sqlite.ts';
import type { Store, StoreKeeper } from '../../src/store/store.ts';
import { MemoryDisk } from './memory-disk.ts';
import { MemoryHost } from './memory-host.ts';
import { memoryBuilders, MemoryImages } from './memory-images.ts';

export interface MemoryOptions {
  /** What processes and tasks do; without it as their command line says, see `behaviourOf`. */
  readonly behave?: (spec: ProcessSpec | TaskSpec) => Behaviour;
  /** The router that slipwayd uses, over the proxy. */
  readonly router?: (proxy: MemoryProxy) => Router;
  readonly settings?: Partial<Settings>;
}

/** What outlives a slipwayd: a machine whose programs are all in memory, its files in a temporary folder. */
export interface Machine {
  readonly folder: string;
  readonly store: Store;
  readonly engine: MemoryEngine;
  readonly services: MemoryServices;
  readonly proxy: MemoryProxy;
  readonly images: MemoryImages;
  readonly imageDisk: MemoryDisk;
  readonly authority: MemoryAuthority;
  readonly options: MemoryOptions;
}

/** Deps over drivers in memory, and what a test asks of them. */
export interface MemoryDeps extends Deps {
  readonly machine: Machine;
  readonly engine: MemoryEngine;
  readonly services: MemoryServices;
  readonly images: MemoryImages;
  readonly imageDisk: MemoryDisk;
  readonly proxy: MemoryProxy;
  readonly host: MemoryHost;
  readonly authority: MemoryAuthority;
  /** What slipwayd logged, a JSON text an entry. */
  readonly logged: readonly string[];
  /** Waits for all work that no caller waits for. Throws the first failure of it. */
  settled(): Promise<void>;
  /** Another slipwayd on the same machine: only what it held in its own memory is forgotten. */
  restarted(): MemoryDeps;
  close(): void;
}

export function memoryDeps(options: MemoryOptions = {}): MemoryDeps {
  return slipwaydOn({
    folder: mkdtempSync(join(tmpdir(), 'slipway-ops-')),
    store: openStore(':memory:', sealerOf(randomBytes(32))),
    engine: new MemoryEngine({ behave: options.behave ?? behaviourOf }),
    services: new MemoryServices(),
    proxy: new MemoryProxy(),
    images: new MemoryImages(),
    imageDisk: new MemoryDisk(),
    authority: new MemoryAuthority(),
    options,
  });
}

function slipwaydOn(machine: Machine): MemoryDeps {
  const { folder, store, engine, services, images, imageDisk, proxy, authority, options } = machine;
  const settings = { ...settingsIn(folder), ...options.settings };
  const logged: string[] = [];
  const clock = countingClock();
  return withKeeper({
    machine,
    ...background(),
    store,
    storeFile: noFileOf(store),
    engine,
    services,
    images,
    imageDisk,
    proxy,
    settings,
    logged,
    builders: memoryBuilders(images),
    sources: new SourceFolders({ folder: join(folder, 'sources'), allowPrivate: false }),
    routes: new Routes(options.router?.(proxy) ?? new MemoryRouter(proxy), httpsWishes({ store, clock })),
    lanes: new Lanes({ slots: settings.maxJobs }),
    buildQueue: new BuildQueue({ slots: settings.maxBuilds, tellAfter: 0 }),
    archiveTurns: new Turns(),
    deployOutputs: new OutputFiles(join(folder, 'deploys')),
    jobOutputs: new OutputFiles(join(folder, 'jobs')),
    spool: new Spool(join(folder, 'spool'), 2 ** 20),
    appLogs: new AppLogs(join(folder, 'logs')),
    requestLog: new RequestLog(join(folder, 'logs')),
    backups: new AllBackups({ folder: join(folder, 'backups'), ca: '' }),
    doors: sshDoors(settings),
    host: new MemoryHost(),
    certificateTools,
    authority,
    acme: new MemoryAcme(authority),
    dnsProver: () => assert.fail('no DNS provider is set'),
    reserve: new ReserveFile(join(folder, 'reserve'), 0),
    names: new Names(settings.instance),
    clock,
    log: pino({ level: 'debug' }, { write: (text: string) => void logged.push(text) }),
    startup: { problem: null },
    reached: async () => {},
    retiring: new Set(),
    restarted: () => slipwaydOn(machine),
    close() {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

/** A store in memory has no file that could be damaged. */
function noFileOf(store: Store): StoreKeeper {
  const copy = { path: 'none', at: firstSecond };
  const fail = () => assert.fail('the store of this machine has no file');
  return { store, problem: null, open() {}, copies: () => [copy], copy: fail, restore: fail };
}

const firstSecond = Date.UTC(2026, 0, 1);

/** A second later each time it is looked at. */
function countingClock() {
  let now = firstSecond;
  return {
    now: () => {
      now += 1000;
      return now;
    },
  };
}

/** Work that no caller waits for, and the wait of a test for it. */
function background(): Pick<MemoryDeps, 'later' | 'settled'> {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const later = (_what: string, work: () => Promise<void>) => {
    const done = work()
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(done));
    running.add(done);
  };
  const settled = async () => {
    while (running.size > 0) await Promise.all(running);
    if (failures.length > 0) throw failures.splice(0)[0];
  };
  return { later, settled };
}

/** `crash` ends with 3, `deaf` never gets healthy, `slow` takes long; the rest is healthy at once. A task `crash` fails. */
export function behaviourOf({ command }: ProcessSpec | TaskSpec): Behaviour {
  const [word] = command ?? [];
  if (word === 'crash') return { exit: 3, output: ['no database'] };
  if (word === 'deaf') return { healthy: false };
  return word === 'slow' ? { delay: 3_600_000 } : {};
}

function settingsIn(root: string): Settings {
  return {
    instance: 'test',
    root,
    lib: join(root, 'lib'),
    httpPort: 80,
    httpsPort: 443,
    acmeServer: 'https://memory.test/directory',
    acmePort: 80,
    dnsServers: [],
    bind: '*',
    globalDomain: 'localhost',
    sshUser: 'slipway',
    sshPort: 22,
    dockerSocket: join(root, 'docker.sock'),
    subnets: '10.192.0.0/11',
    supervisor: 'script',
    haproxy: 'haproxy',
    extraCa: [],
    imageSource: 'auto',
    allowPrivateDownloads: false,
    maxJobs: 8,
    maxBuilds: 4,
    pauseAt: null,
    logLevel: 'info',
  };
}
