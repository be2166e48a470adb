import { chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../test/machine/free-ports.ts';
import { retryUntil } from '../base/retry.ts';
import type { AppRoute } from '../model/route.ts';
import { HaproxyRouter } from './haproxy.ts';
import { launchBySupervisor } from './launch-script.ts';
import type { Rig } from './router.contract.ts';
import { shownCertificate } from './certificate.fixture.ts';
import { Backends, get } from './backend.fixture.ts';

const haproxy = '/usr/sbin/haproxy';
const scripts = new URL('../../scripts', import.meta.url).pathname;

/** A real HAProxy of its own, in a temporary folder, on a free port of 127.0.0.1, with real processes behind it. */
export interface HaproxyRig extends Rig {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly backends: Backends;
  route(app: string, ids: readonly string[]): Promise<AppRoute>;
}

export interface Ports {
  readonly port: number;
  readonly tlsPort?: number;
}

export function routerIn(folder: string, ports: Ports, program = haproxy): HaproxyRouter {
  const launch = launchBySupervisor({ scripts, folder, haproxy });
  return new HaproxyRouter({
    folder,
    haproxy: program,
    http: { ...ports, addresses: ['127.0.0.1'] },
    launch,
    threads: 2,
  });
}

export async function openRig(): Promise<HaproxyRig> {
  const top = await mkdtemp(join(tmpdir(), 'slipway-router-'));
  // As that of an installation: the worker, another user, comes through it.
  await chmod(top, 0o711);
  const folder = join(top, 'router');
  const [port, tlsPort] = await freePorts();
  const ports = { port, tlsPort };
  const backends = new Backends();
  return {
    folder,
    ...ports,
    backends,
    router: routerIn(folder, ports),
    answers: (host) => get(ports.port, host),
    shown: (host) => shownCertificate(ports.tlsPort, host),
    found: async (host, path) => {
      const { status, text } = await get(ports.port, host, { path });
      return status === 200 ? text : null;
    },
    endpoint: (id) => backends.endpoint(id),
    work: () => fileTimes(folder),
    reopen: () => routerIn(folder, ports),
    async route(app, ids) {
      return {
        app,
        hosts: [`${app}.test`],
        endpoints: await Promise.all(ids.map((id) => backends.endpoint(id))),
      };
    },
    async close() {
      backends.close();
      await stopSupervisor(folder);
      await rm(top, { recursive: true, force: true });
    },
  };
}

/** Times of all files; the log among them tells of every change of a server. */
async function fileTimes(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  const times = names.map(
    async (name) => `${name} ${(await stat(join(folder, name), { bigint: true })).mtimeNs}`,
  );
  return (await Promise.all(times)).join('\n');
}

export async function pidIn(path: string): Promise<number> {
  return Number(await readFile(path, 'utf8'));
}

export async function stopSupervisor(folder: string): Promise<void> {
  const path = join(folder, 'supervisor.pid');
  const pid = await pidIn(path).catch(() => undefined);
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  const gone = () =>
    stat(path).then(
      () => undefined,
      () => true,
    );
  await retryUntil(gone, { firstPause: 20, maxPause: 100, timeout: 10_000 });
}

export async function withRig(work: (rig: HaproxyRig) => Promise<void>): Promise<void> {
  const rig = await openRig();
  try {
    await rig.router.start();
    await work(rig);
  } finally {
    await rig.close();
  }
}
