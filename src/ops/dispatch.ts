import { Failure } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { retryUntil } from '../base/retry.ts';
import type { Terminal } from '../base/terminal.ts';
import { changes, type Operation } from '../contract/operation.ts';
import { rowOf, type InputOf, type OperationName, type OutputOf } from '../contract/operations.ts';
import { subjectOf } from '../contract/subject.ts';
import type { Actor } from '../model/access.ts';
import { failure, orDiskFull } from '../model/failures.ts';
import { actorNow } from './access.ts';
import type { ByteSink, Call, Deps } from './deps.ts';
import { handlers } from './index.ts';
import { lanesOf, loadApp, mayCall, namedApp } from './load-app.ts';
import { loadService } from './load-service.ts';
import { isAbort, type JobOrder, outcomeOf, runJob, type Turn, unlessStoreFails } from './run-job.ts';

/** A call before its app is loaded. */
export interface Request extends Omit<Call, 'app' | 'service' | 'bytes' | 'terminal'> {
  readonly bytes?: ByteSink;
  readonly terminal?: Terminal | null;
  /** The job that it is, where it was kept before: a detached one. */
  readonly kept?: number | undefined;
}

/** What is asked: an operation and its input, which is checked already (contract/check-input.ts). */
export interface Asked<N extends OperationName> {
  readonly name: N;
  readonly input: InputOf<N>;
}

/**
 * The one way to an operation, for every face: checks the actor's right, loads the app that the input names, waits for
 * the app's lane where the operation changes something, runs the handler, and leaves an event.
 */
export async function dispatch<N extends OperationName>(
  deps: Deps,
  request: Request,
  what: Asked<N>,
): Promise<OutputOf<N>> {
  const row = rowOf(what.name);
  refuseForbidden(request.actor, what);
  if (!changes(row, what.input as never)) return handle(deps, request, what);
  const [first, ...more] = lanesOf(row, what.input);
  if (first === undefined) return noted(deps, request, what);
  if (deps.startup.problem) await startedUp(deps, request.signal);
  return row.besideLane
    ? noted(deps, request, what)
    : inLane(deps, { ...request, apps: [first, ...more] }, what);
}

/** Throws E_NOT_ALLOWED. */
export function refuseForbidden<N extends OperationName>(actor: Actor, { name, input }: Asked<N>): void {
  if (mayCall(actor, rowOf(name), input)) return;
  throw failure('E_NOT_ALLOWED', `${actor.name} may not run ${name}`);
}

function handle<N extends OperationName>(
  deps: Deps,
  request: Request,
  { name, input }: Asked<N>,
): Promise<OutputOf<N>> {
  const row = rowOf(name);
  const app = loadApp(deps, request.actor, namedApp(row, input));
  const service = loadService(deps, row, input);
  return handlers[name](deps, { bytes: null, terminal: null, ...request, app, service }, input);
}

/** Milliseconds that a request is kept waiting while slipwayd starts: longer than that, something is wrong. */
const startPatience = 15_000;

/** What changes an app needs the router and the engine, which slipwayd may not have yet. */
export async function startedUp(deps: Deps, signal: AbortSignal): Promise<void> {
  const { startup } = deps;
  const settled = async () => (startup.problem?.code === 'E_BUSY' ? undefined : true);
  await retryUntil(settled, { firstPause: 20, maxPause: 200, timeout: startPatience, signal });
  if (startup.problem) throw startup.problem;
}

/** As a job. A missing app is told at once; after waiting, rights may have been taken back, and the app destroyed. */
async function inLane<N extends OperationName>(
  deps: Deps,
  request: Request & { readonly apps: JobOrder['apps'] },
  what: Asked<N>,
): Promise<OutputOf<N>> {
  const { actor, out, signal, kept, apps } = request;
  const ended = (outcome: string) => note(deps, request, { ...what, outcome });
  try {
    loadApp(deps, actor, namedApp(rowOf(what.name), what.input));
  } catch (error) {
    unlessStoreFails(deps, () => ended(outcomeOf(error)));
    throw error;
  }
  const job = {
    apps,
    operation: what.name,
    actor: actor.name,
    turn: 'caller' as const,
    out,
    signal,
    kept,
    ended,
  };
  return runJob(deps, job, async (turn: Turn) => {
    const own = { ...request, signal: turn.signal, actor: turn.waited ? actorNow(deps.store, actor) : actor };
    if (turn.waited) refuseForbidden(own.actor, what);
    return handle(deps, own, what);
  });
}

/** What holds no lane: it leaves its event when it ended. */
async function noted<N extends OperationName>(
  deps: Deps,
  request: Request,
  what: Asked<N>,
): Promise<OutputOf<N>> {
  try {
    const output = await handle(deps, request, what);
    note(deps, request, { ...what, outcome: 'ok' });
    return output;
  } catch (error) {
    unlessStoreFails(deps, () => note(deps, request, { ...what, outcome: outcomeOf(error) }));
    throw error;
  }
}

function note<N extends OperationName>(
  deps: Deps,
  { actor }: Request,
  { name, input, outcome }: Asked<N> & { readonly outcome: string },
): void {
  const row: Operation = rowOf(name);
  deps.store.events.add({
    at: deps.clock.now(),
    actor: actor.name,
    operation: name,
    app: namedApp(row, input)?.name ?? null,
    subject: subjectOf(row, input as never),
    outcome,
  });
}

/** What a caller is shown of anything thrown: a Failure as it is, a bug as its id, under which the log has the rest. */
export function shownFailure(deps: Pick<Deps, 'log'>, error: unknown): Failure {
  const known = orDiskFull(error);
  if (known instanceof Failure) return known;
  if (isAbort(error)) return failure('E_CANCELLED', 'Cancelled');
  const id = randomId(6);
  deps.log.error({ err: error, bug: id }, 'bug');
  return failure('E_INTERNAL', `Internal error ${id}`);
}
