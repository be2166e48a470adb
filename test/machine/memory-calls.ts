import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Failure } from '../../src/base/failure.ts';
import { checkInput } from '../../src/contract/check-input.ts';
import { type OperationName, type OutputOf, rowOf } from '../../src/contract/operations.ts';
import type { Actor } from '../../src/model/access.ts';
import type { FailureCode } from '../../src/model/failures.ts';
import type { Job } from '../../src/model/job.ts';
import { type Line, outTo, silent } from '../../src/model/line.ts';
import type { RouteTable } from '../../src/model/route.ts';
import { detach } from '../../src/ops/detached-jobs.ts';
import { dispatch } from '../../src/ops/dispatch.ts';
import { type TarMember, writeTar } from '../../src/tools/tar.ts';
import type { MemoryDeps } from './memory-deps.ts';

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly stdin?: Readable;
  /** Who calls; an admin's key without it, or root where nobody else may. */
  readonly actor?: Actor;
  /** Called with each line as it is told. */
  readonly onLine?: (line: Line) => void;
  /** Called with bytes that are no text. */
  readonly onBytes?: (chunk: Uint8Array) => void;
}

export const tester: Actor = { kind: 'system', name: 'ann', role: 'admin' };

/** Who calls what only root may. */
const testerAsRoot: Actor = { ...tester, kind: 'root' };

/** Calls an operation as every face does: its input is checked, then it is dispatched. */
export async function call<N extends OperationName>(
  deps: MemoryDeps,
  [name, input]: readonly [N, Readonly<Record<string, unknown>>],
  options: CallOptions = {},
): Promise<OutputOf<N>> {
  const { signal = new AbortController().signal, stdin = null, onLine = () => {} } = options;
  const { actor = rowOf(name).right === 'root' ? testerAsRoot : tester } = options;
  const { onBytes = () => {} } = options;
  const bytes = async (chunk: Uint8Array) => onBytes(chunk);
  const request = { actor, out: outTo(onLine), signal, stdin, bytes };
  return dispatch(deps, request, { name, input: checkInput(name, input) });
}

/** Queues it as a job that nobody waits for, and waits for its end. */
export async function detached(
  deps: MemoryDeps,
  [name, input]: readonly [OperationName, Readonly<Record<string, unknown>>],
  { stdin, actor = tester }: CallOptions = {},
): Promise<Job> {
  const { signal } = new AbortController();
  const { id } = await detach(deps, { actor, out: silent, signal, stdin: stdin ?? null }, { name, input });
  await deps.settled();
  const job = deps.store.jobs.find(id);
  assert.ok(job);
  return job;
}

/** Files of a source -> content. */
export type Files = Readonly<Record<string, string>>;

/** An app of one `web` that gets healthy. */
export const hello: Files = { Dockerfile: 'EXPOSE 3000', Procfile: 'web: serve' };

/** Pushes the files as a commit whose id follows from them. */
export async function push(
  deps: MemoryDeps,
  [app, files]: readonly [string, Files],
  options: CallOptions = {},
): Promise<OutputOf<'git:receive'>> {
  const commit = createHash('sha1').update(JSON.stringify(files)).digest('hex');
  return call(deps, ['git:receive', { app, commit, branch: 'main' }], { ...options, stdin: tarOf(files) });
}

/** An app that is created and pushed; what no caller waits for is done when it returns. */
export async function live(deps: MemoryDeps, app: string, files: Files = hello): Promise<void> {
  await call(deps, ['apps:create', { app }]);
  await push(deps, [app, files]);
  await deps.settled();
}

export function tarOf(files: Files): Readable {
  return writeTar(membersOf(files));
}

async function* membersOf(files: Files): AsyncGenerator<TarMember> {
  for (const [path, text] of Object.entries(files))
    yield { kind: 'file', path, executable: false, content: Buffer.from(text) };
}

/** Asserts that it fails with this code, and gives the failure. */
export async function failsWith(code: FailureCode, work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Failure, `expected ${code}, got ${String(error)}`);
  assert.equal(error.code, code, error.message);
  return error;
}

/** All that a deploy that failed must have left as it was, of one app. */
export async function stateOf(deps: MemoryDeps, name: string) {
  const app = deps.store.apps.find(name);
  if (!app) return undefined;
  const config = Object.entries(deps.store.config.get(app.id)).map(([key, value]) => [key, value.reveal()]);
  return {
    app,
    config,
    properties: deps.store.properties.all(app.id),
    domains: deps.store.domains.of(app.id),
    route: routeOf(deps, name),
    processes: await deps.engine.list(name),
    tags: [...deps.images.tags].filter(([tag]) => tag.startsWith(`slipway/test/${name}:`)),
  };
}

/** The route of an app as the proxy has it. */
export function routeOf(deps: MemoryDeps, app: string): RouteTable['routes'][number] | undefined {
  return deps.proxy.table.routes.find((route) => route.app === app);
}

/** `web.1.d1 web.2.d3`: the processes that are there, by name and by the deploy that started them. */
export async function processesOf(deps: MemoryDeps, app: string): Promise<string> {
  const all = await deps.engine.list(app);
  return all
    .map(({ type, index, deploy }) => `${type}.${index}.d${deploy}`)
    .sort()
    .join(' ');
}

/** `web.1.d1`: where requests to the app go. */
export function servingOf(deps: MemoryDeps, app: string): string {
  return (routeOf(deps, app)?.endpoints ?? []).map(({ id }) => id).join(' ');
}
