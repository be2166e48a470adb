import { oneAtATime } from '../base/one-at-a-time.ts';
import type { AppRoute } from '../model/route.ts';
import { failure } from '../model/failures.ts';
import type { Router } from '../router/router.ts';

/** The route table in force. Changes are applied one after another, and kept only when the router took them. */
export class Routes {
  readonly router: Router;
  #table: ReadonlyMap<string, AppRoute> = new Map();
  readonly #turn = oneAtATime();

  constructor(router: Router) {
    this.router = router;
  }

  /** The route of an app as it is served. */
  of(app: string): AppRoute | undefined {
    return this.#table.get(app);
  }

  /** The app that a host name goes to. */
  ownerOf(host: string): string | undefined {
    return [...this.#table.values()].find((route) => route.hosts.includes(host))?.app;
  }

  /** Served when it returns. Throws E_ROUTER or E_DOMAIN_TAKEN, and then the route from before is served. */
  set(route: AppRoute): Promise<void> {
    return this.#change((table) => {
      refuseTakenHosts(table, route);
      table.set(route.app, route);
    });
  }

  /** In one step: the route in place of that of another app, such as the same one under its name before. */
  move(from: string, route: AppRoute): Promise<void> {
    return this.#change((table) => {
      table.delete(from);
      refuseTakenHosts(table, route);
      table.set(route.app, route);
    });
  }

  remove(app: string): Promise<void> {
    return this.#change((table) => table.delete(app));
  }

  /** The whole table anew: at the start of slipwayd. */
  replaceAll(routes: readonly AppRoute[]): Promise<void> {
    return this.#change((table) => {
      table.clear();
      for (const route of routes) table.set(route.app, route);
    });
  }

  #change(edit: (table: Map<string, AppRoute>) => void): Promise<void> {
    return this.#turn(() => this.#apply(edit));
  }

  async #apply(edit: (table: Map<string, AppRoute>) => void): Promise<void> {
    const table = new Map(this.#table);
    edit(table);
    // In one order whatever the order of changes, so that a table made anew is the same.
    const routes = [...table.values()].sort((a, b) => (a.app < b.app ? -1 : 1));
    await this.router.apply({ routes });
    this.#table = table;
  }
}

/** Two apps may have asked for one host at the same moment, and both have found it free. */
function refuseTakenHosts(table: ReadonlyMap<string, AppRoute>, { app, hosts }: AppRoute): void {
  for (const other of table.values()) {
    const taken = other.app === app ? undefined : hosts.find((host) => other.hosts.includes(host));
    if (taken !== undefined) throw failure('E_DOMAIN_TAKEN', `${taken} belongs to another app`);
  }
}
