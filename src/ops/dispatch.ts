import { Failure } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import type { Field } from '../contract/field.ts';
import { changes, type Operation } from '../contract/operation.ts';
import { rowOf, type InputOf, type OperationName, type OutputOf } from '../contract/operations.ts';
import { subjectOf } from '../contract/subject.ts';
import { may } from '../model/access.ts';
import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import type { Call, Deps } from './deps.ts';
import { handlers } from './index.ts';

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
  if (!may(request.actor, row.right)) throw notAllowed(request, what.name);
  const named = namedApp(row, what.input as Readonly<Record<string, unknown>>);
  const work = (signal: AbortSignal) => handle(deps, { ...request, signal, app: loadApp(deps, named) }, what);
  if (!changes(row, what.input as never)) return work(request.signal);
  if (deps.startup.problem) throw deps.startup.problem;
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

function notAllowed(request: Request, name: string): Failure {
  return failure('E_NOT_ALLOWED', `${request.actor.name} may not run ${name}`);
}

interface NamedApp {
  readonly name: string;
  /** False for operations that make it, or cope without it. */
  readonly mustExist: boolean;
}

function namedApp(row: Operation, input: Readonly<Record<string, unknown>>): NamedApp | null {
  const entry = Object.entries(row.input).find(([, field]) => namesApp(field));
  const value = entry && input[entry[0]];
  return typeof value === 'string' ? { name: value, mustExist: row.appMayBeMissing !== true } : null;
}

function namesApp(field: Field): boolean {
  return field.place === 'app' || field.place === 'optionalApp' || field.place === 'appOrGlobal';
}

function loadApp(deps: Deps, named: NamedApp | null): App | null {
  if (named === null) return null;
  const app = deps.store.apps.find(named.name);
  if (!app && named.mustExist) throw failure('E_APP_MISSING', `App ${named.name} does not exist`);
  return app ?? null;
}

function inLane<T>(
  deps: Deps,
  request: Request,
  { named, name, work }: { named: NamedApp | null; name: string; work: (signal: AbortSignal) => Promise<T> },
): Promise<T> {
  if (named === null) return work(request.signal);
  // A missing app is told at once, not after waiting.
  loadApp(deps, named);
  const { actor, out, signal } = request;
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
