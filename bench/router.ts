import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../src/base/exec.ts';
import { retryUntil } from '../src/base/retry.ts';
import { get } from '../src/router/backend.fixture.ts';
import { HaproxyRouter } from '../src/router/haproxy.ts';
import { launchBySupervisor } from '../src/router/launch-script.ts';
import { freePort, stopSupervisor } from '../src/router/router-rig.fixture.ts';
import { cpuSeconds } from './measure-process.ts';
import { median, print } from './measure.ts';

/*
 * Requests a second through the router beside those through a bare HAProxy with one line of routing, to the same app.
 * Each proxy has one thread, on a core of its own; the client (wrk) and the app share the other. So the proxy is what
 * limits the rate, and the difference is its own.
 */
const rounds = Number(process.argv[2] ?? 5);
const seconds = 3;
const proxyCore = '0';
const otherCore = '1';
const haproxy = '/usr/sbin/haproxy';

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-router-'));
const undo: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
try {
  await bench();
} finally {
  for (const step of undo.toReversed()) await step();
}

/** A proxy that leads to the app. */
interface Door {
  readonly port: number;
  readonly host: string;
  /** The process that serves. */
  readonly pid: number;
}

async function bench(): Promise<void> {
  const app = await startApp();
  const doors: Record<string, Door> = {
    'bare HAProxy': await startBare(app),
    'the router, 1 app': await startRouter(app, 1),
    'the router, 200 apps': await startRouter(app, 200),
  };
  const seen = Object.entries(doors).map(([name, door]) => ({ name, door, rates: [0], costs: [0] }));
  for (const one of seen) [one.rates, one.costs] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    for (const { door, rates, costs } of seen) {
      const { rate, cost } = await measure(door);
      rates.push(rate);
      costs.push(cost);
    }
  }
  const bare = median(seen[0]?.rates ?? []);
  print(
    `Requests through the router, median of ${rounds} rounds of ${seconds} s`,
    seen.map(({ name, rates, costs }) => {
      const share = (median(rates) / bare).toFixed(2);
      return [
        name,
        `${median(rates).toFixed(0)}/s, ratio ${share}, ${median(costs).toFixed(1)} µs of CPU each`,
      ];
    }),
  );
}

async function measure({ port, host, pid }: Door): Promise<{ rate: number; cost: number }> {
  const before = await cpuSeconds(pid);
  const words = ['-t1', '-c64', `-d${seconds}s`, '-H', `Host: ${host}`, `http://127.0.0.1:${port}/`];
  const { stdout } = await exec('taskset', ['-c', otherCore, 'wrk', ...words]);
  const used = (await cpuSeconds(pid)) - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]), cost: (used / requests) * 1e6 };
}

/** Answers 1 KB at once: HAProxy itself, which costs less than the proxy before it. */
async function startApp(): Promise<number> {
  const port = await freePort();
  const answer = `http-request return status 200 content-type text/plain string ${'x'.repeat(1024)}`;
  await startHaproxy(otherCore, ['frontend app', `  bind 127.0.0.1:${port}`, `  ${answer}`]);
  return port;
}

async function startBare(app: number): Promise<Door> {
  const port = await freePort();
  const words = ['listen bare', `  bind 127.0.0.1:${port}`, `  server app 127.0.0.1:${app}`];
  const { pid = 0 } = await startHaproxy(proxyCore, words);
  await answers(port, 'app1.test');
  return { port, host: 'app1.test', pid };
}

/** `taskset` becomes the program that it starts. */
async function startHaproxy(core: string, words: readonly string[]): Promise<ChildProcess> {
  const timeouts = ['connect', 'client', 'server'].map((name) => `  timeout ${name} 60s`);
  const lines = ['global', '  nbthread 1', 'defaults', '  mode http', ...timeouts, ...words, ''];
  const path = join(folder, `${words[0]?.replace(' ', '-')}.cfg`);
  await writeFile(path, lines.join('\n'));
  const child = spawn('taskset', ['-c', core, haproxy, '-db', '-f', path], { stdio: 'ignore' });
  await once(child, 'spawn');
  undo.push(async () => {
    child.kill();
    await once(child, 'exit');
  });
  return child;
}

/** Our router with so many apps, as slipwayd starts it; the last app is the one to ask. */
async function startRouter(app: number, apps: number): Promise<Door> {
  const place = join(folder, `router-${apps}`);
  const port = await freePort();
  const supervisor = join(import.meta.dirname, '../scripts/supervise.sh');
  const router = new HaproxyRouter({
    folder: place,
    haproxy,
    http: { port, addresses: ['127.0.0.1'] },
    launch: launchBySupervisor({ supervisor, folder: place, haproxy }),
    threads: 1,
  });
  undo.push(() => stopSupervisor(place));
  await router.start();
  await router.apply({
    routes: Array.from({ length: apps }, (_, at) => ({
      app: `app${at + 1}`,
      hosts: [`app${at + 1}.test`],
      endpoints: [{ id: 'web.1.d1', address: '127.0.0.1', port: app }],
    })),
  });
  const [pid = 0] = (await router.facts()).pids;
  await exec('taskset', ['-a', '-c', '-p', proxyCore, String(pid)]);
  await answers(port, `app${apps}.test`);
  return { port, host: `app${apps}.test`, pid };
}

async function answers(port: number, host: string): Promise<void> {
  const up = await retryUntil(
    () =>
      get(port, host).then(
        ({ status }) => (status === 200 ? true : undefined),
        () => undefined,
      ),
    { firstPause: 20, maxPause: 100, timeout: 5000 },
  );
  if (!up) throw new Error(`${host} does not answer on port ${port}`);
}
