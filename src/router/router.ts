import type { RouterFacts } from '../model/diagnosis/facts.ts';
import type { Drained, DrainTimes } from '../model/drain.ts';
import type { Requests } from '../model/requests.ts';
import type { RouteTable } from '../model/route.ts';

export interface DrainOptions {
  readonly times: DrainTimes;
  readonly signal: AbortSignal;
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
   * Waits until the proxy has nothing open any more to endpoints that a table no longer has. What is left of a kind at
   * the end of its time is cut, and nothing else is. Tells what became of all that was open when it began.
   */
  drain(app: string, endpointIds: readonly string[], options: DrainOptions): Promise<Drained>;

  /**
   * What the app's clients were answered, as the proxy counts it; only the difference of two questions means anything.
   * It goes on over a reload, and an app does not inherit what another one was answered. Not in it: pages for an app
   * without a process, and what a drain cut.
   */
  requests(app: string): Promise<Requests>;

  describe(): Promise<{ readonly name: string; readonly version: string; readonly running: boolean }>;

  /** What it serves now, as the running proxy says itself; changes nothing. */
  facts(): Promise<RouterFacts>;
}
