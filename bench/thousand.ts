import { randomId } from '../src/base/ids.ts';
import type { AppRoute } from '../src/model/route.ts';
import { openRig, type HaproxyRig } from '../src/router/router-rig.fixture.ts';
import { helloApp } from '../test/machine/hello-app.ts';
import { Sandbox } from '../test/machine/sandbox.ts';
import { interleaved, ms, print, timed } from './measure.ts';
import { registerApps } from './register-apps.ts';

/*
 * What is asked of one app, with 1 and with 1,000 of them registered: two sandboxes, asked in turn. In the larger one
 * 999 apps are stopped; that routes to as many processes cost no more is measured at the router itself.
 */
const runs = Number(process.argv[2] ?? 9);
const sizes = [1, 1000] as const;

await benchRouter();
const machines = await Promise.all(sizes.map((apps) => startMachine(apps)));
try {
  await benchMachines();
} finally {
  for (const { sandbox } of machines) await sandbox.stop();
}

interface Machine {
  readonly apps: number;
  readonly sandbox: Sandbox;
  readonly repository: string;
}

async function startMachine(apps: number): Promise<Machine> {
  const sandbox = await Sandbox.start();
  const repository = await sandbox.repository(helloApp('start'));
  const { code, output } = await sandbox.push(repository, 'shop');
  if (code !== 0) throw new Error(output);
  await sandbox.stopDaemon();
  registerApps(sandbox, apps - 1);
  await sandbox.startDaemon();
  return { apps, sandbox, repository };
}

async function benchMachines(): Promise<void> {
  const works: Record<string, (machine: Machine) => Promise<number>> = {
    'start of slipwayd after kill -9, until ready': restartDaemon,
    'domains:add, then remove': ({ sandbox }) => timed(() => changeDomains(sandbox)),
    'ps:restart': ({ sandbox }) => timed(() => sandbox.ok('ps:restart', 'shop')),
    'git push of a one-line change': push,
    releases: ({ sandbox }) => timed(() => sandbox.ok('releases', 'shop')),
  };
  await compare(works, machines);
}

async function restartDaemon({ sandbox }: Machine): Promise<number> {
  await sandbox.stopDaemon('SIGKILL');
  return timed(() => sandbox.startDaemon());
}

async function changeDomains(sandbox: Sandbox): Promise<void> {
  await sandbox.ok('domains:add', 'shop', 'other.localhost');
  await sandbox.ok('domains:remove', 'shop', 'other.localhost');
}

async function push({ sandbox, repository }: Machine): Promise<number> {
  await sandbox.commit(repository, { 'text.json': JSON.stringify({ text: randomId() }) });
  return timed(async () => {
    const { code, output } = await sandbox.push(repository, 'shop');
    if (code !== 0) throw new Error(output);
  });
}

interface Proxy {
  readonly apps: number;
  readonly rig: HaproxyRig;
  readonly routes: readonly AppRoute[];
}

/** The router alone, each app with a process: all of them the same one. */
async function benchRouter(): Promise<void> {
  const proxies = await Promise.all(sizes.map((apps) => startProxy(apps)));
  let deploy = 1;
  try {
    await compare<Proxy>(
      {
        'the router: a switch': ({ rig, routes }) => {
          const [first, ...others] = routes;
          const endpoints = first?.endpoints.map((one) => ({ ...one, id: `web.1.d${(deploy += 1)}` })) ?? [];
          return timed(() => rig.router.apply({ routes: first ? [{ ...first, endpoints }, ...others] : [] }));
        },
        'the router: taken up by a new slipwayd': ({ rig }) => timed(() => rig.reopen().start()),
      },
      proxies,
    );
  } finally {
    for (const { rig } of proxies) await rig.close();
  }
}

async function startProxy(apps: number): Promise<Proxy> {
  const rig = await openRig();
  await rig.router.start();
  const first = await rig.route('app1', ['web.1.d1']);
  const routes = Array.from({ length: apps }, (_, at) => ({
    ...first,
    app: `app${at + 1}`,
    hosts: [`app${at + 1}.test`],
  }));
  await rig.router.apply({ routes });
  return { apps, rig, routes };
}

/** Each work on each in turn; the last one's median beside that of the first. */
async function compare<T extends { readonly apps: number }>(
  works: Readonly<Record<string, (one: T) => Promise<number>>>,
  all: readonly T[],
): Promise<void> {
  for (const [name, work] of Object.entries(works)) {
    const figures = await interleaved(
      runs,
      Object.fromEntries(all.map((one) => [`${one.apps}`, () => work(one)])),
    );
    const [few = Number.NaN, many = Number.NaN] = Object.values(figures);
    print(`${name}: median of ${runs}`, [
      ...Object.entries(figures).map(([apps, value]): [string, string] => [`${apps} apps`, ms(value)]),
      ['ratio', (many / few).toFixed(2)],
    ]);
  }
}
