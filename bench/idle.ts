import { setTimeout as sleep } from 'node:timers/promises';
import { mapParallel } from '../src/base/parallel.ts';
import { Sandbox } from '../test/machine/sandbox.ts';
import { cpuSeconds, pssMegabytes } from './measure-process.ts';
import { print } from './measure.ts';

/* What slipwayd costs while nobody asks anything of it, with 100 apps registered. */
const apps = 100;
const seconds = Number(process.argv[2] ?? 20);

const sandbox = await Sandbox.start();
try {
  const atStart = await pssMegabytes(sandbox.daemonPid);
  const names = Array.from({ length: apps }, (_, at) => `app-${at}`);
  await mapParallel(names, 4, (name) => sandbox.ok('apps:create', name));
  const busy = await pssMegabytes(sandbox.daemonPid);
  await sandbox.stopDaemon();
  await sandbox.startDaemon();
  await sleep(5000);
  const before = await cpuSeconds(sandbox.daemonPid);
  await sleep(seconds * 1000);
  const used = (await cpuSeconds(sandbox.daemonPid)) - before;
  print(`slipwayd with ${apps} apps registered`, [
    ['PSS before the first app', megabytes(atStart)],
    ['PSS after making the apps', megabytes(busy)],
    ['PSS after a new start, idle', megabytes(await pssMegabytes(sandbox.daemonPid))],
    [
      `CPU of a core over ${seconds} s idle, counted in steps of 10 ms`,
      `${((used / seconds) * 100).toFixed(2)} %`,
    ],
  ]);
} finally {
  await sandbox.stop();
}

function megabytes(value: number): string {
  return `${value.toFixed(1)} MB`;
}
