import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '../src/base/exec.ts';
import { retryUntil } from '../src/base/retry.ts';
import { get } from '../src/router/backend.fixture.ts';
import { HaproxyRouter } from '../src/router/haproxy.ts';
import { launchBySupervisor } from '../src/router/launch-script.ts';
import { openRequestPipe } from '../src/router/request-pipe.ts';
import { routerPaths } from '../src/router/router-paths.ts';
import { freePort } from '../test/machine/free-ports.ts';
import { stopSupervisor } from '../src/router/router-rig.fixture.ts';
import { cpuSeconds } from './measure-process.ts';
import { median, print } from './measure.ts';

/*
 * Requests a second through the router beside those through a bare HAProxy with one line of routing, to the same app.
 * Each proxy has one thread, on a core of its own; the client (wrk) and the app share the other. So the proxy is what
 * limits the rate, and the difference is its own.
 */
const rounds = Number(process.argv[2] ?? 5);
const seconds = 2;
const proxyCore = '0';
const otherCore = '1';
const haproxy = '/usr/sbin/haproxy';

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-router-'));
// The proxy tells its requests as another user.
await chmod(folder, 0o711);
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
  const quick = await startQuickApp();
  await compare('an app that costs nothing', {
    'bare HAProxy': await startBare(quick),
    'the router, 1 app, no https': await startRouter(quick, { apps: 1, tls: false }),
    'the router, 1 app': await startRouter(quick, { apps: 1, tls: true }),
    'the router, 200 apps': await startRouter(quick, { apps: 200, tls: true }),
  });
  const node = await startNodeApp();
  await compare('a Node app', {
    'bare HAProxy': await startBare(node),
    'the router, 1 app': await startRouter(node, { apps: 1, tls: true }),
  });
}

/** Asks through all doors in turn; the first one is what the others are compared with. */
async function compare(what: string, doors: Readonly<Record<string, Door>>): Promise<void> {
  const seen = Object.entries(doors).map(([name, door]) => ({ name, door, results: [] as Measured[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { door, results } of seen) results.push(await measure(door));
  }
  const rateOf = (results: readonly Measured[]) => median(results.map(({ rate }) => rate));
  const bare = rateOf(seen[0]?.results ?? []);
  print(
    `Requests to ${what}, median of ${rounds} rounds of ${seconds} s`,
    seen.map(({ name, results }) => {
      const rate = rateOf(results);
      const cost = median(results.map((one) => one.cost)).toFixed(1);
      return [name, `${rate.toFixed(0)}/s, ratio ${(rate / bare).toFixed(2)}, ${cost} µs of CPU each`];
    }),
  );
}

interface Measured {
  /** Requests a second. */
  readonly rate: number;
  /** Microseconds of CPU that the proxy used for each. */
  readonly cost: number;
}

async function measure({ port, host, pid }: Door): Promise<Measured> {
  const before = await cpuSeconds(pid);
  const words = ['-t1', '-c64', `-d${seconds}s`, '-H', `Host: ${host}`, `http://127.0.0.1:${port}/`];
  const { stdout } = await exec('taskset', ['-c', otherCore, 'wrk', ...words]);
  const used = (await cpuSeconds(pid)) - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]), cost: (used / requests) * 1e6 };
}

/** Answers 1 KB at once: HAProxy itself, which costs less than the proxy before it. */
async function startQuickApp(): Promise<number> {
  const port = await freePort();
  const answer = `http-request return status 200 content-type text/plain string ${'x'.repeat(1024)}`;
  await startHaproxy(otherCore, ['frontend app', `  bind 127.0.0.1:${port}`, `  ${answer}`]);
  return port;
}

/** The least that a Node app can do. */
async function startNodeApp(): Promise<number> {
  const port = await freePort();
  const text = `require('node:http').createServer((_, answer) => answer.end('${'x'.repeat(1024)}'))`;
  await startOn(otherCore, [process.execPath, '-e', `${text}.listen(${port}, '127.0.0.1')`]);
  return port;
}

async function startBare(app: number): Promise<Door> {
  const port = await freePort();
  const words = [`listen bare-${port}`, `  bind 127.0.0.1:${port}`, `  server app 127.0.0.1:${app}`];
  const { pid = 0 } = await startHaproxy(proxyCore, words);
  await answers(port, 'app1.test');
  return { port, host: 'app1.test', pid };
}

async function startHaproxy(core: string, words: readonly string[]): Promise<ChildProcess> {
  const timeouts = ['connect', 'client', 'server'].map((name) => `  timeout ${name} 60s`);
  const lines = ['global', '  nbthread 1', 'defaults', '  mode http', ...timeouts, ...words, ''];
  const path = join(folder, `${words[0]?.replace(' ', '-')}.cfg`);
  await writeFile(path, lines.join('\n'));
  return startOn(core, [haproxy, '-db', '-f', path]);
}

/** `taskset` becomes the program that it starts. */
async function startOn(core: string, words: readonly string[]): Promise<ChildProcess> {
  const child = spawn('taskset', ['-c', core, ...words], { stdio: 'ignore' });
  await once(child, 'spawn');
  undo.push(async () => {
    child.kill();
    await once(child, 'exit');
  });
  return child;
}

/**
 * Our router with so many apps, as slipwayd starts it, with or without a port for https; the last app is the one to ask.
 * None has a certificate: what is measured is http beside https.
 */
async function startRouter(app: number, { apps, tls }: { apps: number; tls: boolean }): Promise<Door> {
  const place = join(folder, `router-${app}-${apps}-${tls ? 'tls' : 'plain'}`);
  const port = await freePort();
  const tlsPort = tls ? { tlsPort: await freePort() } : {};
  const requests = await openRequestPipe(routerPaths(place).requests, () => {});
  undo.push(() => requests.close());
  const scripts = join(import.meta.dirname, '../scripts');
  const router = new HaproxyRouter({
    folder: place,
    haproxy,
    http: { port, ...tlsPort, addresses: ['127.0.0.1'] },
    launch: launchBySupervisor({ scripts, folder: place, haproxy }),
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
