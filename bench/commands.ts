import { join } from 'node:path';
import { exec } from '../src/base/exec.ts';
import { mapParallel } from '../src/base/parallel.ts';
import { Sandbox } from '../test/machine/sandbox.ts';
import { bareKey } from './bare-key.ts';
import { interleaved, ms, print, timed } from './measure.ts';

/*
 * What a command costs, as a whole process, with 1, 100 and 1,000 apps in the store: on the machine beside a bare
 * `node -e 0`, and over ssh beside a bare `ssh host true`.
 */
const runs = Number(process.argv[2] ?? 15);

const sandbox = await Sandbox.start();
try {
  const bare = await bareKey(sandbox);
  let made = 0;
  for (const apps of [1, 100, 1000]) {
    await createApps(made, apps);
    made = apps;
    await bench(apps, bare);
  }
} finally {
  await sandbox.stop();
}

async function createApps(from: number, to: number): Promise<void> {
  const names = Array.from({ length: to - from }, (_, at) => `app-${from + at}`);
  await mapParallel(names, 4, (name) => sandbox.ok('apps:create', name));
  if (from === 0) await sandbox.ok('config:set', '--no-restart', 'app-0', 'KEY=value');
}

async function bench(apps: number, bare: readonly string[]): Promise<void> {
  const node = join(sandbox.lib, 'node');
  const host = `${sandbox.user}@127.0.0.1`;
  let value = 0;
  const figures = await interleaved(runs, {
    'node -e 0': () => timed(() => exec(node, ['-e', '0'])),
    'slipway version': () => timed(() => sandbox.ok('version')),
    'slipway apps:list': () => timed(() => sandbox.ok('apps:list')),
    'slipway config:get': () => timed(() => sandbox.ok('config:get', 'app-0', 'KEY')),
    'slipway config:set --no-restart': () =>
      timed(() => sandbox.ok('config:set', '--no-restart', 'app-0', `KEY=${value++}`)),
    'slipway ps:report, all apps': () => timed(() => sandbox.ok('ps:report')),
    'ssh host true, no forced command': () => timed(() => exec('ssh', [...bare, host, 'true'])),
    'ssh host apps:list': () => timed(() => sandbox.ssh('apps:list')),
    'ssh host config:get': () => timed(() => sandbox.ssh('config:get app-0 KEY')),
  });
  print(
    `Commands with ${apps} apps, median of ${runs}`,
    Object.entries(figures).map(([name, value]) => [name, ms(value)]),
  );
}
