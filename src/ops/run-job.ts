import { Failure } from '../base/failure.ts';
import { orDiskFull } from '../model/failures.ts';
import type { JobEnd } from '../model/job.ts';
import { type Out, silent } from '../model/line.ts';
import type { Deps } from './deps.ts';
import { type LaneRequest, stopping } from './lanes.ts';

/** A piece of work on an app or a service. */
export interface JobOrder {
  /** The app or service (`postgres:db`), and further ones whose lanes it needs. */
  readonly apps: readonly [string, ...string[]];
  /** The operation, or what slipwayd does by itself. */
  readonly operation: string;
  readonly actor: string;
  readonly turn: LaneRequest['turn'];
  readonly out: Out;
  readonly signal: AbortSignal;
  /** The job that it is, where it was kept before: a detached one. */
  readonly kept?: number | undefined;
  /** Stored in the transaction that keeps its end; the outcome is `ok` or the code of a failure. */
  readonly ended?: (outcome: string) => void;
}

/** What the work is told of its turn. */
export interface Turn {
  readonly signal: AbortSignal;
  /** It did not begin at once: what was true before may be so no more. */
  readonly waited: boolean;
}

/** Runs the work as a job: in the lanes of its apps, with a row in the store from its first moment to its end. */
export async function runJob<T>(deps: Deps, order: JobOrder, work: (turn: Turn) => Promise<T>): Promise<T> {
  const [app] = order.apps;
  const lanes = order.turn === 'beside' ? [] : order.apps;
  const waited = order.turn !== 'beside' && !deps.lanes.areFree(lanes);
  const id = order.kept ?? keep(deps, order, !waited);
  const { operation, actor, turn, out, signal } = order;
  const title = `${operation} of ${app} by ${actor}`;
  try {
    const result = await deps.lanes.run({ id, lanes, title, turn, out, signal }, (own) => {
      if (waited || order.kept !== undefined) deps.store.jobs.start(id, deps.clock.now());
      return work({ signal: own, waited });
    });
    end(deps, order, { id, error: null });
    return result;
  } catch (error) {
    unlessStoreFails(deps, () => {
      if (order.kept !== undefined && error === stopping) deps.store.jobs.requeue(id);
      else end(deps, order, { id, error });
    });
    throw error;
  }
}

/** Keeps how something failed. Where that cannot be kept, its own cause is still what its caller is told. */
export function unlessStoreFails({ log }: Deps, keepIt: () => void): void {
  try {
    keepIt();
  } catch (err) {
    log.error({ err }, 'could not keep how a failure ended');
  }
}

/** Keeps how a job ended; `error` null: well. */
export function endJob(deps: Deps, id: number, error: unknown): void {
  deps.store.jobs.finish(id, endOf(error, deps.clock.now()));
}

/** Work that slipwayd does by itself: nobody waits for it, and it cannot be cancelled. */
export function ownJob(app: string, operation: string, turn: 'background' | 'beside'): JobOrder {
  const { signal } = new AbortController();
  return { apps: [app], operation, actor: 'slipway', turn, out: silent, signal };
}

/** How a piece of work ended, in one word: the code of a failure, E_CANCELLED for one that was given up. */
export function outcomeOf(error: unknown): string {
  const known = orDiskFull(error);
  if (known instanceof Failure) return known.code;
  return isAbort(error) ? 'E_CANCELLED' : 'E_INTERNAL';
}

/** What is kept of an error for all who may see the app: of a bug no more than that it was one, the log has the rest. */
export function keptMessage(error: unknown): string {
  const known = orDiskFull(error);
  if (known instanceof Failure) return known.message;
  return isAbort(error) ? 'Cancelled' : 'Internal error: the log of slipwayd has it';
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function keep(deps: Deps, { apps: [app], operation, actor }: JobOrder, running: boolean): number {
  const createdAt = deps.clock.now();
  return deps.store.jobs.create({ app, operation, actor, createdAt, running, order: null }).id;
}

function end(deps: Deps, { ended }: JobOrder, { id, error }: { id: number; error: unknown }): void {
  deps.store.transaction(() => {
    endJob(deps, id, error);
    ended?.(error === null ? 'ok' : outcomeOf(error));
  });
}

function endOf(error: unknown, at: number): JobEnd {
  if (error === null) return { state: 'succeeded', at, failure: null };
  const code = outcomeOf(error);
  const state = code === 'E_CANCELLED' ? 'cancelled' : 'failed';
  return { state, at, failure: { code, message: keptMessage(error) } };
}
