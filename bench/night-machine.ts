import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AcmeClient } from '../src/acme/client.ts';
import { Exchange, trustAlso } from '../src/acme/exchange.ts';
import { MemoryIssuer } from '../src/acme/memory-issuer.ts';
import { newPrivateKey } from '../src/base/private-key.ts';
import { thisHost } from '../src/daemon/host.ts';
import { readFacts } from '../src/model/read-certificate.ts';
import type { AppRoute } from '../src/model/route.ts';
import { withKeeper } from '../src/ops/certificate-keeper.ts';
import type { Deps } from '../src/ops/deps.ts';
import { httpsWishes } from '../src/ops/https-settings.ts';
import { Routes } from '../src/ops/routes.ts';
import { openRig, type HaproxyRig } from '../src/router/router-rig.fixture.ts';
import { openKey, sealerOf } from '../src/store/sealer.ts';
import { openStore } from '../src/store/sqlite.ts';
import { startFront } from '../test/machine/acme-front.ts';
import { memoryDeps, type MemoryDeps } from '../test/machine/memory-deps.ts';
import { startPebble, type Pebble } from '../test/machine/pebble.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What is renewed, and when its authority wants it. */
export interface Night {
  /** Milliseconds, from an hour after the start; null: the authority tells none. */
  readonly window: number | null;
  /** Of the certificates, which are for 90 days. */
  readonly age: number;
  /** How many there are, each of a domain. */
  readonly count: number;
}

/** It waits for nothing: where nothing is under way it is put forward. */
class NightClock {
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  forwardTo(time: number): void {
    this.#ahead += Math.max(0, Math.ceil(time) - this.now());
  }
}

/** How many orders are under way, and how long each took. */
class WatchedClient extends AcmeClient {
  #now = 0;
  most = 0;
  readonly took: number[] = [];

  override async order(...words: Parameters<AcmeClient['order']>): ReturnType<AcmeClient['order']> {
    this.#now += 1;
    this.most = Math.max(this.most, this.#now);
    const began = performance.now();
    try {
      return await super.order(...words);
    } finally {
      this.took.push(performance.now() - began);
      this.#now -= 1;
    }
  }
}

/** A slipwayd, as far as certificates go, with all that it works with. */
export interface Machine {
  readonly deps: Deps;
  readonly memory: MemoryDeps;
  readonly acme: WatchedClient;
  readonly clock: NightClock;
  readonly rig: HaproxyRig;
  readonly pebble: Pebble;
  /** Until nothing is under way any more. */
  quiet(): Promise<void>;
}

/** Identifier of the key that issued what is renewed: in the name that ARI calls each of them by. */
const formerKey = Buffer.alloc(20, 1);

const domainOf = (at: number) => `www.shop-${at}.dev`;

/** `undo` gets what takes it away again, also where it throws. */
export async function startMachine(night: Night, undo: (() => Promise<unknown>)[]): Promise<Machine> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-night-'));
  undo.push(() => rm(folder, { recursive: true }));
  const rig = await openRig();
  undo.push(() => rig.close());
  const pebble = await startPebble({ httpPort: rig.port });
  undo.push(() => pebble.stop());
  const clock = new NightClock();
  const directory = night.window === null ? pebble.directory : await withWindows(pebble, night.window, undo);
  const memory = memoryDeps({
    settings: { acmeServer: directory, acmePort: rig.port, dnsServers: [pebble.nameServer] },
  });
  const store = openStore(join(folder, 'slipway.db'), sealerOf(openKey(join(folder, 'key'))));
  undo.push(async () => {
    store.close();
    memory.close();
  });
  const acme = new WatchedClient({ ca: pebble.ca });
  let begun = 0;
  const deps = withKeeper({
    ...memory,
    store,
    clock,
    acme,
    host: thisHost(memory.settings),
    routes: new Routes(rig.router, httpsWishes({ store, clock })),
    later(what: string, work: () => Promise<void>) {
      begun += 1;
      memory.later(what, work);
    },
  });
  undo.push(() => deps.certificates.stop());
  await keepCertificates(deps, night, directory);
  await rig.router.start();
  await deps.routes.replaceAll(await appRoutes(rig, night.count), store.certificates.all());
  const quiet = async () => {
    for (let before = -1; before !== begun; ) {
      before = begun;
      await sleep(3);
      await memory.settled();
    }
  };
  return { deps, memory, acme, clock, rig, pebble, quiet };
}

/** Debian's pebble knows no ARI: its directory with a place that does, for what it has not issued itself. */
async function withWindows(
  pebble: Pebble,
  length: number,
  undo: (() => Promise<unknown>)[],
): Promise<string> {
  const exchange = new Exchange(2000, trustAlso(pebble.ca));
  const { text } = await exchange.ask(pebble.directory, { signal: new AbortController().signal });
  exchange.close();
  const start = Date.now() + hour;
  const tonight = { start: new Date(start), end: new Date(start + length) };
  const later = { start: new Date(start + 50 * day), end: new Date(start + 60 * day) };
  const front = await startFront(pebble, ({ path }) => {
    if (!path.startsWith('/ari/'))
      return {
        status: 200,
        body: { ...JSON.parse(text), renewalInfo: `${new URL(front.directory).origin}/ari` },
      };
    return {
      status: 200,
      body: {
        suggestedWindow: path.startsWith(`/ari/${formerKey.toString('base64url')}.`) ? tonight : later,
      },
    };
  });
  undo.push(() => front.close());
  return front.directory;
}

/** Those of a machine that has had them for a while. */
async function keepCertificates(
  { store, clock }: Deps,
  { age, count }: Night,
  directory: string,
): Promise<void> {
  const issuer = new MemoryIssuer(formerKey);
  const key = await newPrivateKey('ec256');
  const from = clock.now() - age;
  store.transaction(() => {
    for (let at = 0; at < count; at += 1) {
      const chain = issuer.issue(domainOf(at), key, { from, to: from + 90 * day });
      const pair = { chain, key, facts: readFacts(chain) };
      store.apps.create(`app${at}`, from);
      store.certificates.add({ app: null, ordered: domainOf(at), directory, pair, by: former, at: from });
    }
  });
}

/** By whom the certificates were made that are renewed. */
export const former = 'bench';

/** Each domain an app's; and one by http only, which is asked meanwhile. */
async function appRoutes(rig: HaproxyRig, count: number): Promise<AppRoute[]> {
  const { endpoints } = await rig.route('app', ['web.1.d1']);
  const apps = Array.from({ length: count }, (_, at) => ({
    app: `app${at}`,
    hosts: [domainOf(at)],
    endpoints,
  }));
  return [...apps, { app: 'asked', hosts: ['asked.localhost'], endpoints }];
}
