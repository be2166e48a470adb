import { setTimeout as sleep } from 'node:timers/promises';
import { randomId } from '../src/base/ids.ts';
import { Sandbox } from '../test/machine/sandbox.ts';
import { loadApp } from './load-app.ts';
import { openPinged, openSlow, type PingedSocket, type SlowResponse } from './long-connections.ts';
import { median, ms, print } from './measure.ts';
import { SteadyRequests, type Door, type LoadSeen, type Sample } from './steady-requests.ts';

/*
 * Deploys of one app under 200 requests a second, with slow responses and WebSockets on the way. Whatever breaks is
 * counted, and exit status 1 tells that something did.
 */
const deploys = Number(process.argv[2] ?? 50);
const rate = 200;
/** Slow responses, and as many WebSockets. */
const long = 5;
/** After the begin of the drain. A slow response has the time of requests, which is longer. */
const websocketSeconds = 20;
const quietSeconds = 10;

/** Times in ms since 1970. */
interface Change {
  readonly kind: 'ps:restart' | 'config:set' | 'git push';
  readonly began: number;
  readonly returned: number;
}

interface LongOnes {
  readonly slow: SlowResponse[];
  /** With the number of the deploy that retires its process. */
  readonly pinged: { readonly socket: PingedSocket; readonly retiredBy: number }[];
}

const sandbox = await Sandbox.start();
try {
  const repository = await sandbox.repository(loadApp('start'));
  const { code, output } = await sandbox.push(repository, 'shop');
  if (code !== 0) throw new Error(output);
  await sandbox.ok('checks:set', 'shop', 'websocket-timeout', String(websocketSeconds));
  await bench(repository, { port: sandbox.httpPort, host: 'shop.localhost' });
} finally {
  await sandbox.stop();
}

async function bench(repository: string, door: Door): Promise<void> {
  const quiet = await quietly(door);
  const load = new SteadyRequests(door, rate);
  const longOnes: LongOnes = { slow: [], pinged: [] };
  const changes: Change[] = [];
  for (let at = 0; at < deploys; at += 1) {
    if (opensBefore(at)) await openLongOnes(door, longOnes, at);
    changes.push(await change(repository, at));
  }
  const whole = await Promise.all(longOnes.slow.map((response) => response.whole));
  await endOfSockets(longOnes);
  report({ quiet, busy: await load.stop(), changes, whole, longOnes });
}

/** The same load without a deploy. */
async function quietly(door: Door): Promise<LoadSeen> {
  const load = new SteadyRequests(door, rate);
  await sleep(quietSeconds * 1000);
  return load.stop();
}

/** Spread over the deploys evenly. */
function opensBefore(deploy: number): boolean {
  return Array.from({ length: long }, (_, at) => Math.floor(((at + 0.5) * deploys) / long)).includes(deploy);
}

async function openLongOnes(door: Door, { slow, pinged }: LongOnes, deploy: number): Promise<void> {
  slow.push(await openSlow(door));
  pinged.push({ socket: await openPinged(door), retiredBy: deploy });
}

async function change(repository: string, at: number): Promise<Change> {
  const kind = (['ps:restart', 'config:set', 'git push'] as const)[at % 3] ?? 'git push';
  if (kind === 'git push')
    await sandbox.commit(repository, { 'text.json': JSON.stringify({ text: randomId() }) });
  const began = Date.now();
  if (kind === 'ps:restart') await sandbox.ok(kind, 'shop');
  else if (kind === 'config:set') await sandbox.ok(kind, 'shop', `ROUND=${at}`);
  else {
    const { code, output } = await sandbox.push(repository, 'shop');
    if (code !== 0) throw new Error(output);
  }
  return { kind, began, returned: Date.now() };
}

/** Every process with a WebSocket is retired by now: waits for the time of the last WebSocket, and a little more. */
async function endOfSockets({ pinged }: LongOnes): Promise<void> {
  const all = Promise.all(pinged.map(({ socket }) => socket.closed));
  await Promise.race([all, sleep((websocketSeconds + 5) * 1000)]);
  for (const { socket } of pinged) socket.close();
}

interface Seen {
  readonly quiet: LoadSeen;
  readonly busy: LoadSeen;
  readonly changes: readonly Change[];
  readonly whole: readonly boolean[];
  readonly longOnes: LongOnes;
}

function report({ quiet, busy, changes, whole, longOnes }: Seen): void {
  const during = busy.samples.filter((sample) => sample.sentAt <= (changes.at(-1)?.returned ?? 0));
  const broken = [...quiet.broken, ...busy.broken];
  const late = staleAnswers(busy.samples, changes);
  const cutSlow = whole.filter((one) => !one).length;
  const lives = longOnes.pinged.map((one) => lifeAfter(one, changes));
  const early = lives.filter((seconds) => seconds < websocketSeconds).length;
  const lost = longOnes.pinged.filter(({ socket }) => socket.sent - socket.echoed > 1).length;
  print(`${deploys} deploys under ${rate} requests/s`, [
    ['requests, of them broken', `${quiet.samples.length + busy.samples.length}, ${broken.length}`],
    ['answers of an old release after its successor was live', String(late)],
    ['10-second responses, of them cut', `${whole.length}, ${cutSlow}`],
    ['WebSockets, of them cut before their time', `${lives.length}, ${early}`],
    [
      '  lived after the deploy that replaced their process',
      lives.map((one) => `${one.toFixed(1)} s`).join(', '),
    ],
    ['  with an echo missing', String(lost)],
    ['latency without deploys: p50, p99, max', latency(quiet.samples)],
    ['latency during deploys: p50, p99, max', latency(during)],
    ...(['ps:restart', 'config:set', 'git push'] as const).map((kind): [string, string] => [
      `a ${kind} took, median`,
      ms(median(changes.filter((one) => one.kind === kind).map((one) => one.returned - one.began))),
    ]),
  ]);
  for (const text of broken.slice(0, 10)) console.log(`  broken: ${text}`);
  if (broken.length + late + cutSlow + early + lost > 0) process.exitCode = 1;
}

/** Requests sent after a deploy returned, and answered by a process that is older than that deploy. */
function staleAnswers(samples: readonly Sample[], changes: readonly Change[]): number {
  return samples.filter((sample) => {
    const last = changes.findLast((change) => change.returned < sample.sentAt);
    return last !== undefined && sample.began < last.began;
  }).length;
}

/** Seconds that a WebSocket lived after the deploy that retires its process had begun. */
function lifeAfter({ socket, retiredBy }: LongOnes['pinged'][number], changes: readonly Change[]): number {
  return ((socket.closedAt ?? Number.POSITIVE_INFINITY) - (changes[retiredBy]?.began ?? 0)) / 1000;
}

function latency(samples: readonly Sample[]): string {
  const sorted = samples.map((sample) => sample.took).sort((a, b) => a - b);
  const at = (share: number) => ms(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return [at(0.5), at(0.99), at(1)].join(', ');
}
