import type { RouterFacts } from '../model/diagnosis/facts.ts';
import type { RouteTable } from '../model/route.ts';

export interface Requests {
  readonly answered: number;
  readonly failed: number;
}

/**
 * The proxy in front of all apps. It runs without slipwayd and keeps its routes over restarts.
 * Drivers: haproxy, memory. Every driver passes router.contract.ts.
 */
export interface Router {
  /** Writes what a start needs, starts the proxy where it does not run, and takes up what it serves now. */
  start(): Promise<void>;

  /**
   * Makes the table true: files first, then the running proxy, in one step per app. When it returns, every new
   * request goes to the new endpoints; requests that were under way go on at the old ones. The same table is no work.
   * When it throws E_ROUTER or E_DISK_FULL, the routes from before are still served.
   */
  apply(table: RouteTable): Promise<void>;

  /**
   * Waits until the proxy has no open request or connection left to endpoints that a table no longer has.
   * After `timeout` ms it closes what is left. Gives how many connections it had to close.
   */
  drain(
    app: string,
    endpointIds: readonly string[],
    options: { timeout: number; signal: AbortSignal },
  ): Promise<{ readonly closed: number }>;

  /** What the app's clients were answered since the proxy began to count, of it the failed ones: 500 and above. */
  requests(app: string): Promise<Requests>;

  describe(): Promise<{ readonly name: string; readonly version: string; readonly running: boolean }>;

  /** What it serves now, as the running proxy says itself; changes nothing. */
  facts(): Promise<RouterFacts>;
}
