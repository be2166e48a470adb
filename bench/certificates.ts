import { randomBytes } from 'node:crypto';
import { exec } from '../src/base/exec.ts';
import { newPrivateKey } from '../src/base/private-key.ts';
import { MemoryIssuer } from '../src/acme/memory-issuer.ts';
import type { AppRoute } from '../src/model/route.ts';
import { plainHttps } from '../src/model/route.ts';
import { readFacts } from '../src/model/read-certificate.ts';
import { Routes } from '../src/ops/routes.ts';
import { openRig, routerIn, stopSupervisor, type HaproxyRig } from '../src/router/router-rig.fixture.ts';
import { sealerOf } from '../src/store/sealer.ts';
import { openStore } from '../src/store/sqlite.ts';
import type { Store } from '../src/store/store.ts';
import { SteadyLoad } from '../test/machine/steady-load.ts';
import { median, ms, print, timed } from './measure.ts';

const count = 1000;
const day = 86_400_000;
/** The one that wrk asks: it finds no other name. */
const asked = 'localhost';

interface Served {
  readonly rig: HaproxyRig;
  readonly store: Store;
  readonly routes: Routes;
  /** Stores a certificate for the domain of an app. */
  keep(at: number): void;
}

const domainOf = (at: number) => (at === 0 ? asked : `www.shop-${at}.dev`);

/** One router with 1,000 apps that have a certificate each, as slipwayd works with it: store, routes, HAProxy. */
export async function benchCertificates(runs: number): Promise<void> {
  const served = await serve();
  try {
    await benchAdding(served, runs);
    await benchRate(served, runs);
    await benchStart(served, runs);
  } finally {
    served.store.close();
    await served.rig.close();
  }
}

async function serve(): Promise<Served> {
  const rig = await openRig();
  const store = openStore(':memory:', sealerOf(randomBytes(32)));
  const issuer = new MemoryIssuer();
  const key = await newPrivateKey('ec256');
  const keep = (at: number) => {
    const now = Date.now();
    const chain = issuer.issue(domainOf(at), key, { from: now - day, to: now + 89 * day });
    const pair = { chain, key, facts: readFacts(chain) };
    store.certificates.add({ app: null, ordered: domainOf(at), directory: null, pair, by: 'bench', at: now });
  };
  await rig.router.start();
  for (let at = 0; at < count; at += 1) keep(at);
  const routes = routesOver(rig.router);
  await routes.replaceAll(await appRoutes(rig), store.certificates.all());
  return { rig, store, routes, keep };
}

function routesOver(router: HaproxyRig['router']): Routes {
  return new Routes(router, {
    tls: () => ({ minVersion: '1.2', http2: true }),
    policyOf: () => ({ ...plainHttps, redirect: false }),
    now: () => Date.now(),
  });
}

async function appRoutes(rig: HaproxyRig): Promise<AppRoute[]> {
  const { endpoints } = await rig.route('app', ['web.1.d1']);
  return Array.from({ length: count + 100 }, (_, at) => ({
    app: `app${at}`,
    hosts: [domainOf(at)],
    endpoints,
  }));
}

async function benchAdding({ rig, store, routes, keep }: Served, runs: number): Promise<void> {
  const load = new SteadyLoad({ port: rig.port, host: asked, connections: 8, pause: 10 });
  const took: number[] = [];
  for (let at = count; at < count + runs; at += 1) {
    took.push(
      await timed(async () => {
        keep(at);
        await routes.certify(store.certificates.all());
        if ((await rig.shown(domainOf(at))) === null) throw new Error('it is not served');
      }),
    );
  }
  const { sent, failures } = await load.stop();
  print(`A certificate more, in a router with ${count}: median of ${runs}`, [
    ['kept, and served by HAProxy (goal: 100 ms)', ms(median(took))],
    ['the slowest', ms(Math.max(...took))],
    ['requests of 8 keep-alive connections meanwhile, of them failed', `${sent}, ${failures.length}`],
  ]);
}

async function benchRate({ rig }: Served, runs: number): Promise<void> {
  const rate = async (url: string) => {
    const { stdout } = await exec('wrk', ['-t1', '-c64', '-d2s', url]);
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  };
  const seen = { http: [] as number[], https: [] as number[] };
  for (let round = 0; round < Math.min(runs, 5); round += 1) {
    seen.http.push(await rate(`http://${asked}:${rig.port}/`));
    seen.https.push(await rate(`https://${asked}:${rig.tlsPort}/`));
  }
  const [http, https] = [median(seen.http), median(seen.https)];
  print('Requests a second on keep-alive connections, of one Node app, client and proxy on the same cores', [
    ['http', http.toFixed(0)],
    ['https', `${https.toFixed(0)}, ratio ${(https / http).toFixed(2)}`],
  ]);
}

async function benchStart({ rig, store }: Served, runs: number): Promise<void> {
  const all = await appRoutes(rig);
  const rounds = Math.min(runs, 5);
  const took = { cold: [] as number[], takenUp: [] as number[], replaced: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const router = rig.reopen();
    took.takenUp.push(await timed(() => router.start()));
    const certificates = store.certificates.all();
    took.replaced.push(await timed(() => routesOver(router).replaceAll(all, certificates)));
    await stopSupervisor(rig.folder);
    const { folder, port, tlsPort } = rig;
    took.cold.push(await timed(() => routerIn(folder, { port, tlsPort }).start()));
  }
  print(`Starts with ${count} certificates: median of ${rounds}`, [
    ['HAProxy, until it answers', ms(median(took.cold))],
    ['a HAProxy that runs, taken up by a new slipwayd', ms(median(took.takenUp))],
    ['its routes and certificates planned anew, nothing to change', ms(median(took.replaced))],
  ]);
}
