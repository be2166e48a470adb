import type { RouterFacts } from '../model/diagnosis/facts.ts';
import { noneOpen, type Drained } from '../model/drain.ts';
import { noRequests, type Requests } from '../model/requests.ts';
import { isCovered, type RouteTable, type ServedCertificate } from '../model/route.ts';
import { certificateName } from './certificate-files.ts';
import { checkTable } from './check-table.ts';
import { findRoute } from './find-route.ts';
import type { DrainOptions, Router } from './router.ts';

/** What a request to a host would meet. */
export type Answer =
  | { readonly status: 200; readonly app: string; readonly endpoint: string }
  | { readonly status: 503; readonly app: string }
  | { readonly status: 404 };

/** A proxy that serves no traffic but knows whom it would ask. It outlives the routers that are made for it. */
export class MemoryProxy {
  table: RouteTable = { routes: [] };
  /** How often its routes were changed. */
  changes = 0;
  /** Set: what the next `apply` throws, its change undone. */
  refusal: Error | undefined;

  /** The certificate that is shown for a host. */
  certificateFor(host: string): ServedCertificate | undefined {
    const all = this.table.certificates ?? [];
    return all.find(({ hosts }) => isCovered(host, new Set(hosts)));
  }

  /** Asks the first endpoint of the app that has the host. */
  answer(host: string): Answer {
    const route = findRoute(this.table, host);
    if (!route) return { status: 404 };
    const [endpoint] = route.endpoints;
    return endpoint
      ? { status: 200, app: route.app, endpoint: endpoint.id }
      : { status: 503, app: route.app };
  }
}

/** The driver for tests of what stands above the router. Nothing is ever open in it, so a drain is done at once. */
export class MemoryRouter implements Router {
  readonly proxy: MemoryProxy;

  constructor(proxy = new MemoryProxy()) {
    this.proxy = proxy;
  }

  async start(): Promise<void> {}

  async apply(table: RouteTable): Promise<void> {
    checkTable(table);
    if (printOf(table) === printOf(this.proxy.table)) return;
    const { refusal } = this.proxy;
    this.proxy.refusal = undefined;
    if (refusal) throw refusal;
    this.proxy.table = table;
    this.proxy.changes += 1;
  }

  async drain(_app: string, _endpointIds: readonly string[], options: DrainOptions): Promise<Drained> {
    const { times, signal } = options;
    signal.throwIfAborted();
    return { milliseconds: 0, finished: noneOpen, closed: noneOpen, times };
  }

  async requests(): Promise<Requests> {
    return noRequests;
  }

  async describe(): Promise<{ readonly name: string; readonly version: string; readonly running: boolean }> {
    return { name: 'memory', version: '1', running: true };
  }

  async facts(): Promise<RouterFacts> {
    const served = this.proxy.table.routes.map(({ app, hosts, endpoints }) => ({
      app,
      hosts,
      endpoints: endpoints.length,
    }));
    return { running: true, pids: [process.pid], served };
  }
}

/** Equal for equal tables. */
function printOf({ routes, certificates = [], proofs = [], doors = [] }: RouteTable): string {
  return JSON.stringify([routes, certificates.map(certificateName).sort(), proofs, doors]);
}
