import { z } from 'zod';
import { Failure } from '../base/failure.ts';
import { Secret } from '../base/secret.ts';
import { checkInput } from '../contract/check-input.ts';
import { changes, type Operation } from '../contract/operation.ts';
import { isOperation, type OperationName, rowOf } from '../contract/operations.ts';
import { failureLines } from '../contract/render.ts';
import type { Actor } from '../model/access.ts';
import { failure } from '../model/failures.ts';
import type { Job } from '../model/job.ts';
import { type Line, silent } from '../model/line.ts';
import { actorNow } from './access.ts';
import type { Recording } from './output-files.ts';
import { letGoOfOldJobs } from './clean-up.ts';
import { isWaiting } from './cut-off-jobs.ts';
import type { Deps } from './deps.ts';
import { dispatch, refuseForbidden, type Request, shownFailure, startedUp } from './dispatch.ts';
import { loadApp, namedApp } from './load-app.ts';
import { stopping } from './lanes.ts';
import { endJob } from './run-job.ts';

/** What is to be done later, as a face received it: the input is checked when it is asked for, and when it is done. */
export interface LaterCall {
  readonly name: OperationName;
  readonly input: unknown;
}

/**
 * Queues an operation that changes an app, to be done without its caller: what is piped in is kept, and the job
 * survives a stop of slipwayd while it waits. It is done with the rights that its caller has then. Throws what a call
 * of the operation would throw before its turn, E_INPUT for one that is no job, and E_BUSY where too many wait.
 */
export async function detach(deps: Deps, request: Request, call: LaterCall): Promise<Job> {
  const row: Operation = rowOf(call.name);
  const input = checkInput(call.name, call.input);
  refuseForbidden(request.actor, { name: call.name, input });
  const named = namedApp(row, input);
  if (!named || row.besideLane || !changes(row, input as never))
    throw failure('E_INPUT', `${call.name} is no job: only what changes an app can be detached`);
  await startedUp(deps, request.signal);
  loadApp(deps, request.actor, named);
  const app = named.name;
  refuseCrowd(deps, app);
  const stdin = row.stdin ? request.stdin : null;
  const job = deps.store.jobs.create({
    app,
    operation: call.name,
    actor: request.actor.name,
    createdAt: deps.clock.now(),
    running: false,
    order: orderText({ ...call, piped: stdin !== null }, request.actor),
  });
  begin(deps, job, await prepare(deps, job, stdin));
  return job;
}

/** Detached jobs of one app that may wait or run: what they were sent is on the disk until then. */
const mostOfApp = 20;

/** Throws E_BUSY. */
function refuseCrowd({ store }: Deps, app: string): void {
  const own = store.jobs.unfinished().filter((job) => job.detached && job.app === app);
  if (own.length < mostOfApp) return;
  throw failure('E_BUSY', `${own.length} detached jobs of ${app} wait already`, {
    hint: `slipway jobs ${app}`,
  });
}

/** What is told of a job that was queued. */
export function queuedLines({ id, operation, app }: Job): readonly Line[] {
  return [
    { kind: 'step', text: `Queued ${operation} of ${app} as job ${id}` },
    { kind: 'detail', text: `slipway jobs:output ${app} ${id} -t shows what it prints` },
  ];
}

/** After the recovery at the start of slipwayd: goes on with the detached jobs that wait. */
export async function resumeJobs(deps: Deps): Promise<void> {
  const waiting = deps.store.jobs.unfinished().filter(isWaiting);
  // One that is asked for meanwhile is begun by who asks, and keeps what it is sent.
  await deps.spool.keepOnly(() => deps.store.jobs.unfinished().map(({ id }) => id));
  for (const job of waiting) begin(deps, job, await prepare(deps, job, null));
}

/** It stands in its lane when this returns: jobs are done in the order in which they are begun. */
function begin(deps: Deps, job: Job, log: Recording): void {
  deps.later(`job ${job.id}`, () => run(deps, job, log));
}

/** What it prints is kept, with its failure; nobody else is told. */
async function run(deps: Deps, { id }: Job, log: Recording): Promise<void> {
  const { signal } = new AbortController();
  try {
    const { name, input, kind, piped } = orderOf(deps, id);
    const actor = actorNow(deps.store, { kind, name: deps.store.jobs.find(id)?.actor ?? '', role: 'admin' });
    const stdin = piped ? deps.spool.open(id) : null;
    const request = { actor, out: log.out, signal, stdin, kept: id };
    await dispatch(deps, request, { name, input: checkInput(name, input) as never });
  } catch (error) {
    if (error === stopping) return;
    // A refusal before its turn leaves no end: the job has it here.
    if (deps.store.jobs.find(id)?.finishedAt === null) endJob(deps, id, error);
    for (const line of failureLines(shownFailure(deps, error))) log.keep(line);
  } finally {
    await log.close();
  }
  await deps.spool.remove(id);
  await letGoOfOldJobs(deps);
  await letGoOfOldOutputs(deps, id);
}

/** Ended jobs of one app whose output is kept: what builds print may be much. */
const keptOutputs = 20;

/** Each that ends removes those before the last: no more than may wait can have ended since the one before it. */
async function letGoOfOldOutputs({ store, jobOutputs }: Deps, id: number): Promise<void> {
  const app = store.jobs.find(id)?.app;
  if (app === undefined) return;
  const ended = store.jobs.list({ app }).filter((job) => job.detached && job.finishedAt !== null);
  for (const old of ended.slice(keptOutputs, keptOutputs + mostOfApp)) await jobOutputs.remove(old.id);
}

/** Keeps what is piped in, and opens what it will print to. */
async function prepare(deps: Deps, job: Job, stdin: Request['stdin']): Promise<Recording> {
  try {
    if (stdin) await deps.spool.keep(job.id, stdin);
    return await deps.jobOutputs.record(job.id, silent);
  } catch (error) {
    endJob(deps, job.id, error);
    throw error;
  }
}

const order = z.object({
  name: z.string().refine(isOperation),
  input: z.record(z.string(), z.unknown()),
  kind: z.enum(['root', 'key', 'system']),
  /** Something was piped in: it is in the spool. */
  piped: z.boolean(),
});

function orderText({ name, input, piped }: LaterCall & { piped: boolean }, { kind }: Actor): Secret {
  return new Secret(JSON.stringify({ name, input, kind, piped }));
}

/** Throws E_COMMAND_UNKNOWN for an operation that a newer or older slipwayd had. */
function orderOf(deps: Deps, id: number): z.infer<typeof order> {
  const text = deps.store.jobs.order(id)?.reveal();
  const found = order.safeParse(text === undefined ? null : JSON.parse(text));
  if (found.success) return found.data;
  throw new Failure('E_COMMAND_UNKNOWN', 'This version of Slipway has no such operation');
}
