import { Failure } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { retryUntil } from '../base/retry.ts';
import { changes, type Operation } from '../contract/operation.ts';
import { rowOf, type InputOf, type OperationName, type OutputOf } from '../contract/operations.ts';
import { subjectOf } from '../contract/subject.ts';
import { failure } from '../model/failures.ts';
import type { Call, Deps } from './deps.ts';
import { handlers } from './index.ts';
import { loadApp, mayCall, type NamedApp, namedApp } from './load-app.ts';

/** A call before its app is loaded. */
export type Request = Omit<Call, 'app'>;

/**
 * The one way to an operation, for every face: checks the actor's right, loads the app that the input names, waits for
 * the app's lane where the operation changes something, runs the handler, and leaves an event. The input is checked
 * already (contract/check-input.ts).
 */
export async function dispatch<N extends OperationName>(
  deps: Deps,
  request: Request,
  what: { name: N; input: InputOf<N> },
): Promise<OutputOf<N>> {
  const row = rowOf(what.name);
  const { actor } = request;
  if (!mayCall(actor, row, what.input)) throw notAllowed(request, what.name);
  const named = namedApp(row, what.input);
  const work = (signal: AbortSignal) =>
    handle(deps, { ...request, signal, app: loadApp(deps, actor, named) }, what);
  if (!changes(row, what.input as never)) return work(request.signal);
  if (named && deps.startup.problem) await startedUp(deps, request.signal);
  return recorded(deps, request, {
    row,
    name: what.name,
    input: what.input,
    app: named?.name ?? null,
    work: () => inLane(deps, request, { named: row.besideLane ? null : named, name: what.name, work }),
  });
}

function handle<N extends OperationName>(
  deps: Deps,
  call: Call,
  { name, input }: { name: N; input: InputOf<N> },
): Promise<OutputOf<N>> {
  return handlers[name](deps, call, input);
}

/** Milliseconds that a request is kept waiting while slipwayd starts: longer than that, something is wrong. */
const startPatience = 15_000;

/** What changes an app needs the router and the engine, which slipwayd may not have yet. */
async function startedUp(deps: Deps, signal: AbortSignal): Promise<void> {
  const { startup } = deps;
  const settled = async () => (startup.problem?.code === 'E_BUSY' ? undefined : true);
  await retryUntil(settled, { firstPause: 20, maxPause: 200, timeout: startPatience, signal });
  if (startup.problem) throw startup.problem;
}

function notAllowed(request: Request, name: string): Failure {
  return failure('E_NOT_ALLOWED', `${request.actor.name} may not run ${name}`);
}

function inLane<T>(
  deps: Deps,
  request: Request,
  { named, name, work }: { named: NamedApp | null; name: string; work: (signal: AbortSignal) => Promise<T> },
): Promise<T> {
  if (named === null) return work(request.signal);
  // A missing app is told at once, not after waiting.
  const { actor, out, signal } = request;
  loadApp(deps, actor, named);
  return deps.lanes.run(
    { app: named.name, what: name, actor: actor.name, at: deps.clock.now(), out, signal },
    work,
  );
}

interface Recorded<T> {
  readonly row: Operation;
  readonly name: string;
  readonly input: unknown;
  readonly app: string | null;
  readonly work: () => Promise<T>;
}

async function recorded<T>(
  deps: Deps,
  request: Request,
  { row, name, input, app, work }: Recorded<T>,
): Promise<T> {
  const note = (outcome: string) => {
    const subject = subjectOf(row, input as never);
    deps.store.events.add({
      at: deps.clock.now(),
      actor: request.actor.name,
      operation: name,
      app,
      subject,
      outcome,
    });
  };
  try {
    const output = await work();
    note('ok');
    return output;
  } catch (error) {
    note(error instanceof Failure ? error.code : isAbort(error) ? 'E_CANCELLED' : 'E_INTERNAL');
    throw error;
  }
}

/** What a caller is shown of anything thrown: a Failure as it is, a bug as its id, under which the log has the rest. */
export function shownFailure(deps: Pick<Deps, 'log'>, error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isAbort(error)) return failure('E_CANCELLED', 'Cancelled');
  const id = randomId(6);
  deps.log.error({ err: error, bug: id }, 'bug');
  return failure('E_INTERNAL', `Internal error ${id}`);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
