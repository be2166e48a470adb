import type { AcmeAttempt } from '../src/model/acme-attempt.ts';
import type { HaproxyRig } from '../src/router/router-rig.fixture.ts';
import { SteadyLoad } from '../test/machine/steady-load.ts';
import { pssMegabytes } from './measure-process.ts';
import { median, ms, print, timed } from './measure.ts';
import { former, startMachine, type Machine, type Night } from './night-machine.ts';

/*
 * All domains of a machine renewed in one night: what keeps certificates in slipwayd, its limits, its client, a store on
 * disk and HAProxy, against pebble. Only the clock is ours: it runs while something is under way, and where nothing is it
 * goes on to the moment at which something is due, by two minutes at least: so what is due in a stretch of two minutes is
 * due at once here, and the night is over in minutes.
 */
const count = Number(process.argv[2] ?? 1000);

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds by which the clock is put forward at least. */
const step = 2 * minute;

/** Milliseconds that a night may take here. */
const patience = 900_000;

await benchNight('the authority tells a window of 8 hours for all (ARI)', {
  window: 8 * hour,
  age: 45 * day,
  count,
});
await benchNight('the authority tells none, and all are overdue', { window: null, age: 75 * day, count });

async function benchNight(title: string, night: Night): Promise<void> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    const machine = await startMachine(night, undo);
    await renewAll(machine, title);
  } finally {
    for (const step of undo.toReversed()) await step();
  }
}

async function renewAll(machine: Machine, title: string): Promise<void> {
  const { deps, clock, rig } = machine;
  const load = new SteadyLoad({ port: rig.port, host: 'asked.localhost', connections: 2, pause: 50 });
  const began = {
    at: performance.now(),
    clock: clock.now(),
    cpu: process.cpuUsage(),
    memory: await memoryOf(rig),
  };
  let most = 0;
  await deps.certificates.start();
  await askAll(machine);
  for (;;) {
    await machine.quiet();
    most = Math.max(most, process.memoryUsage.rss());
    const left = deps.store.certificates.all().filter(({ createdBy }) => createdBy === former).length;
    if (left === 0) break;
    if (performance.now() - began.at > patience)
      throw new Error(`${left} are left after ${patience / 1000} s`);
    const next = Math.min(...deps.certificates.domains().map(({ state }) => state.next));
    clock.forwardTo(Math.max(next, clock.now() + step));
    deps.certificates.wake();
  }
  const { sent, failures } = await load.stop();
  const took = performance.now() - began.at;
  const { user, system } = process.cpuUsage(began.cpu);
  const memory = await memoryOf(rig);
  const attempts = deps.store.acmeAttempts.since(0);
  const refused = machine.memory.logged.filter((line) => line.includes('E_ACME_LIMIT')).length;
  print(`${count} domains renewed in one night; ${title}`, [
    ['by the clock of the night', `${((clock.now() - began.clock) / hour).toFixed(1)} h`],
    ['in fact', `${(took / 1000).toFixed(0)} s, of them CPU here ${((user + system) / 1e6).toFixed(0)} s`],
    ['an order, median', ms(median(machine.acme.took))],
    ['orders at once, at most', String(machine.acme.most)],
    [
      'tries; of them failed',
      `${attempts.length}; ${attempts.filter(({ outcome }) => outcome !== 'issued').length}`,
    ],
    ['refused by our limits at their turn', String(refused)],
    ['counted orders within 3 hours, at most (limit: 270)', String(mostWithin(attempts, 3 * hour))],
    ['one look at all domains, at the end', ms(await timed(async () => deps.certificates.domains()))],
    ['requests meanwhile, of them failed', `${sent}, ${failures.length}`],
    [
      'memory here: before, most (RSS)',
      `${(began.memory.here / 1e6).toFixed(0)}, ${(most / 1e6).toFixed(0)} MB`,
    ],
    [
      'memory of HAProxy: before, after (PSS)',
      `${began.memory.haproxy.toFixed(0)}, ${memory.haproxy.toFixed(0)} MB`,
    ],
  ]);
}

/** Some are asked about in one look, the next ones ten seconds later. */
async function askAll({ deps, clock, quiet }: Machine): Promise<void> {
  for (let asked = 0; asked < count; asked += 20) {
    await quiet();
    clock.forwardTo(clock.now() + 10_000);
    deps.certificates.wake();
  }
}

/** Bytes here, MB of HAProxy; a worker of before the last reload may end just now. */
async function memoryOf({ router }: HaproxyRig) {
  const { pids } = await router.facts();
  const sizes = await Promise.all(pids.map((pid) => pssMegabytes(pid).catch(() => 0)));
  return { here: process.memoryUsage.rss(), haproxy: sizes.reduce((sum, one) => sum + one, 0) };
}

/** Most orders that count for the authority in any stretch of this length. */
function mostWithin(attempts: readonly AcmeAttempt[], length: number): number {
  const times = attempts.filter(({ renews }) => !renews).map(({ at }) => at);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + length).length));
}
