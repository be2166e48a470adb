import { oneAtATime } from '../base/one-at-a-time.ts';
import type { Certificate } from '../model/certificate.ts';
import {
  certificateFor,
  certificatesByName,
  planCertificates,
  type CertificatesByName,
  type TlsSettings,
} from '../model/plan-certificates.ts';
import {
  plainHttps,
  type AppRoute,
  type HttpsPolicy,
  type ServedDoor,
  type ServedProof,
} from '../model/route.ts';
import { failure } from '../model/failures.ts';
import type { Router } from '../router/router.ts';

/** How hosts are served that have a certificate, as it is set. */
export interface HttpsWishes {
  tls(): TlsSettings;
  policyOf(app: string): HttpsPolicy;
  now(): number;
}

/** All that the router is told. */
interface Table {
  readonly routes: ReadonlyMap<string, AppRoute>;
  readonly certificates: readonly Certificate[];
  readonly byName: CertificatesByName;
  readonly proofs: ReadonlyMap<string, ServedProof>;
  readonly tls: TlsSettings;
  /** By apps. */
  readonly https: ReadonlyMap<string, HttpsPolicy>;
  /** By services. */
  readonly doors: ReadonlyMap<string, ServedDoor>;
}

/** The route table in force. Changes are applied one after another, and kept only when the router took them. */
export class Routes {
  readonly router: Router;
  readonly #wishes: HttpsWishes;
  readonly #turn = oneAtATime();
  #changed: () => void = () => {};
  #table: Table = {
    routes: new Map(),
    certificates: [],
    byName: new Map(),
    proofs: new Map(),
    tls: { minVersion: '1.2', http2: true },
    https: new Map(),
    doors: new Map(),
  };

  constructor(router: Router, wishes: HttpsWishes) {
    this.router = router;
    this.#wishes = wishes;
  }

  /** Called after each change of a route. */
  watch(changed: () => void): void {
    this.#changed = changed;
  }

  /** The route of an app as it is served. */
  of(app: string): AppRoute | undefined {
    return this.#table.routes.get(app);
  }

  /** The app that a host name goes to. */
  ownerOf(host: string): string | undefined {
    return [...this.#table.routes.values()].find((route) => route.hosts.includes(host))?.app;
  }

  /** The hosts that apps are reached by now. */
  hosts(): readonly { readonly app: string; readonly host: string }[] {
    return [...this.#table.routes.values()].flatMap(({ app, hosts }) => hosts.map((host) => ({ app, host })));
  }

  /** Those that there are for hosts now. */
  certificates(): readonly Certificate[] {
    return this.#table.certificates;
  }

  /** The certificate that is shown for a host of an app. */
  certificateFor(host: string, app: string): Certificate | undefined {
    return certificateFor(host, app, { byName: this.#table.byName, now: this.#wishes.now() });
  }

  /** Served when it returns. Throws E_ROUTER or E_DOMAIN_TAKEN, and then the route from before is served. */
  set(route: AppRoute): Promise<void> {
    return this.#change((table) => {
      refuseTakenHosts(table.routes, route);
      return { ...table, routes: new Map([...table.routes, [route.app, route]]) };
    });
  }

  /** In one step: the route in place of that of another app, such as the same one under its name before. */
  move(from: string, route: AppRoute): Promise<void> {
    return this.#change(({ routes, certificates, https, ...rest }) => {
      const moved = without(routes, from);
      refuseTakenHosts(moved, route);
      moved.set(route.app, route);
      // What is set for it, and given to it, goes by its old name yet.
      const policy = https.get(from);
      const others = without(https, from);
      const renamed = certificates.map((one) => (one.app === from ? { ...one, app: route.app } : one));
      return {
        ...rest,
        routes: moved,
        https: policy ? others.set(route.app, policy) : others,
        ...named(renamed),
      };
    });
  }

  remove(app: string): Promise<void> {
    return this.#change(({ routes, https, ...rest }) => ({
      ...rest,
      routes: without(routes, app),
      https: without(https, app),
    }));
  }

  /** The whole table anew: at the start of slipwayd. */
  replaceAll(
    routes: readonly AppRoute[],
    certificates: readonly Certificate[],
    doors: readonly ServedDoor[] = [],
  ): Promise<void> {
    return this.#change(({ proofs }) => ({
      proofs,
      doors: new Map(doors.map((door) => [door.service, door])),
      ...this.#asSet(),
      routes: new Map(routes.map((route) => [route.app, route])),
      ...named(certificates),
    }));
  }

  /** These certificates from now on, and all that is set for https as it is set now. */
  certify(certificates: readonly Certificate[]): Promise<void> {
    return this.#change((table) => ({ ...table, ...this.#asSet(), ...named(certificates) }));
  }

  /** A certificate authority finds it when it returns. */
  showProof(proof: ServedProof): Promise<void> {
    return this.#change((table) => ({
      ...table,
      proofs: new Map([...table.proofs, [proof.token, proof]]),
    }));
  }

  /** The door of a service; throws E_PORT_TAKEN, E_ROUTER, and then that of before is served. */
  openDoor(door: ServedDoor): Promise<void> {
    return this.#change((table) => ({
      ...table,
      doors: new Map([...table.doors, [door.service, door]]),
    }));
  }

  closeDoor(service: string): Promise<void> {
    return this.#change((table) => ({ ...table, doors: without(table.doors, service) }));
  }

  /** The doors that are served. */
  doors(): readonly ServedDoor[] {
    return [...this.#table.doors.values()];
  }

  hideProof(token: string): Promise<void> {
    return this.#change((table) => ({
      ...table,
      proofs: without(table.proofs, token),
    }));
  }

  #asSet(): Pick<Table, 'https' | 'tls'> {
    return { https: new Map(), tls: this.#wishes.tls() };
  }

  #change(edit: (table: Table) => Table): Promise<void> {
    return this.#turn(() => this.#apply(edit));
  }

  async #apply(edit: (table: Table) => Table): Promise<void> {
    const table = this.#withPolicies(edit(this.#table));
    // In one order whatever the order of changes, so that a table made anew is the same.
    const routes = [...table.routes.values()]
      .sort((a, b) => (a.app < b.app ? -1 : 1))
      .map((route) => ({ ...route, https: table.https.get(route.app) ?? plainHttps }));
    const certificates = planCertificates(routes, { ...table, now: this.#wishes.now() });
    await this.router.apply({
      routes,
      certificates,
      proofs: [...table.proofs.values()],
      doors: [...table.doors.values()],
    });
    const isOther = table.routes !== this.#table.routes;
    this.#table = table;
    if (isOther) this.#changed();
  }

  /** Asked once for each app: a store that fails keeps no route from being taken back. */
  #withPolicies(table: Table): Table {
    const missing = [...table.routes.keys()].filter((app) => !table.https.has(app));
    if (missing.length === 0) return table;
    const found = missing.map((app): [string, HttpsPolicy] => [app, this.#wishes.policyOf(app)]);
    return { ...table, https: new Map([...table.https, ...found]) };
  }
}

function without<V>(map: ReadonlyMap<string, V>, key: string): Map<string, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

function named(certificates: readonly Certificate[]): Pick<Table, 'certificates' | 'byName'> {
  return { certificates, byName: certificatesByName(certificates) };
}

/** Two apps may have asked for one host at the same moment, and both have found it free. */
function refuseTakenHosts(routes: ReadonlyMap<string, AppRoute>, { app, hosts }: AppRoute): void {
  for (const other of routes.values()) {
    const taken = other.app === app ? undefined : hosts.find((host) => other.hosts.includes(host));
    if (taken !== undefined) throw failure('E_DOMAIN_TAKEN', `${taken} belongs to another app`);
  }
}
