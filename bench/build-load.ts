import { setTimeout as sleep } from 'node:timers/promises';
import { appSource } from '../test/machine/app-source.ts';
import { Sandbox } from '../test/machine/sandbox.ts';
import { loadApp } from './load-app.ts';
import { median, ms, print } from './measure.ts';
import { type Door, type LoadSeen, SteadyRequests } from './steady-requests.ts';

/*
 * An app under 200 requests a second, in turn with nothing beside it and with a build of another app that takes all
 * processors and memory up to its limit. Exit status 1 when a request broke, or a build ended otherwise than by its limit.
 */
const rounds = Number(process.argv[2] ?? 3);
const rate = 200;
const idleSeconds = 10;

interface Round {
  readonly idle: LoadSeen;
  readonly building: LoadSeen;
  /** Seconds from the push until it was refused. */
  readonly lasted: number;
}

const sandbox = await Sandbox.start();
try {
  const { code, output } = await sandbox.push(await sandbox.repository(loadApp('start')), 'shop');
  if (code !== 0) throw new Error(output);
  await sandbox.ok('apps:create', 'greedy');
  await sandbox.ok('resource:limit', 'greedy', '--process-type', 'build', '--memory', '1g');
  const repository = await sandbox.repository(await appSource('build-takes-all'));
  const door = { port: sandbox.httpPort, host: 'shop.localhost' };
  const seen: Round[] = [];
  for (let at = 0; at < rounds; at += 1) seen.push(await round(repository, door));
  report(seen);
} finally {
  await sandbox.stop();
}

async function round(repository: string, door: Door): Promise<Round> {
  const quiet = new SteadyRequests(door, rate);
  await sleep(idleSeconds * 1000);
  const idle = await quiet.stop();
  const load = new SteadyRequests(door, rate);
  const began = Date.now();
  const { output } = await sandbox.push(repository, 'greedy');
  const lasted = (Date.now() - began) / 1000;
  const building = await load.stop();
  if (!output.includes('E_BUILD_OOM')) throw new Error(output);
  return { idle, building, lasted };
}

function report(seen: readonly Round[]): void {
  const all = seen.flatMap(({ idle, building }) => [idle, building]);
  const broken = all.flatMap((one) => one.broken);
  const requests = all.reduce((sum, one) => sum + one.samples.length, broken.length);
  print(`${rate} requests/s beside a build that takes all it can, median of ${rounds}`, [
    ['requests, of them broken', `${requests}, ${broken.length}`],
    ['a build lasted until its limit ended it', `${median(seen.map(({ lasted }) => lasted)).toFixed(1)} s`],
    ...[0.5, 0.99, 1].map((share): [string, string] => {
      const idle = median(seen.map((one) => latency(one.idle, share)));
      const building = median(seen.map((one) => latency(one.building, share)));
      const name = share === 1 ? 'max' : `p${share * 100}`;
      return [
        `${name}: idle, during the build, ratio`,
        `${ms(idle)}, ${ms(building)}, ${(building / idle).toFixed(2)}`,
      ];
    }),
  ]);
  for (const text of broken.slice(0, 10)) console.log(`  broken: ${text}`);
  if (broken.length > 0) process.exitCode = 1;
}

/** Milliseconds that this share of the requests took at most. */
function latency({ samples }: LoadSeen, share: number): number {
  const sorted = samples.map(({ took }) => took).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
