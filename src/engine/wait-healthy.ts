import { retryUntil, wait } from '../base/retry.ts';
import type { Check, Probe } from '../model/check.ts';
import { failure } from '../model/failures.ts';
import type { Out } from '../model/line.ts';
import { type ProcessSpec, processName, type RunningProcess } from '../model/process.ts';
import type { ProbeAnswer, TryOptions } from './probe.ts';

/** A process that is being watched while it should become healthy: what a driver knows of it. */
export interface Candidate {
  readonly process: RunningProcess;
  /** One try of any probe but `uptime`. */
  attempt(probe: Exclude<Probe, { kind: 'uptime' }>, options: TryOptions): Promise<ProbeAnswer>;
  /** Resolves when the process ended, also where it was started again since. */
  exit(signal: AbortSignal): Promise<ProcessExit>;
  lastLines(): Promise<readonly string[]>;
  /** What is seen from outside of why it does not answer, with the fix; undefined: nothing is known. */
  diagnosis(): Promise<string | undefined>;
}

export interface ProcessExit {
  /** Null where it is not known any more. */
  readonly code: number | null;
  readonly outOfMemory: boolean;
  readonly lines: readonly string[];
}

export interface WaitOptions {
  readonly out: Out;
  readonly signal: AbortSignal;
}

/**
 * Returns when the process passed its check. Throws E_PROCESS_EXITED as soon as it ends, E_NOT_HEALTHY when its time is
 * over (a check that only warns: a warning instead), or the signal's reason.
 */
export async function waitHealthy(
  candidate: Candidate,
  spec: ProcessSpec,
  { out, signal }: WaitOptions,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    const exit = candidate.exit(either).then((end) => Promise.reject(exitFailure(spec, end)));
    const said = await Promise.race([tryUntilHealthy(candidate, spec, either), exit]);
    if (said === undefined) return;
    const problem = `${processName(spec)} did not become healthy in ${spec.check.window / 1000} s: ${said}`;
    if (spec.check.warnOnly) out.warning(problem);
    else
      throw failure('E_NOT_HEALTHY', problem, {
        hint: await candidate.diagnosis(),
        detail: await candidate.lastLines(),
      });
  } finally {
    over.abort();
  }
}

/** Undefined once it is healthy, or what the last try said when the time was over. */
async function tryUntilHealthy(
  candidate: Candidate,
  spec: ProcessSpec,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { probe, initialDelay, timeout } = spec.check;
  if (initialDelay > 0) await wait(initialDelay, signal);
  if (probe.kind === 'uptime') {
    await wait(Math.max(0, candidate.process.startedAt + probe.milliseconds - Date.now()), signal);
    return undefined;
  }
  let said = 'no try was made';
  const passed = await retryUntil(
    async () => {
      const answer = await candidate.attempt(probe, { timeout, signal });
      if (answer.healthy) return true;
      said = answer.said;
      return undefined;
    },
    pace(spec.check, candidate.process, signal),
  );
  return passed ? undefined : said;
}

/** Quick at first, for processes that are up at once; then at most two tries a second. */
function pace(check: Check, process: RunningProcess, signal: AbortSignal) {
  const left = Math.max(0, process.startedAt + check.window - Date.now());
  return { firstPause: 20, maxPause: 500, factor: 1.3, timeout: left, signal };
}

function exitFailure(spec: ProcessSpec, exit: ProcessExit): Error {
  const name = processName(spec);
  const code = exit.code === null ? '' : ` with code ${exit.code}`;
  const ended = `${name} ended${code} before it was healthy`;
  if (!exit.outOfMemory) return failure('E_PROCESS_EXITED', ended, { detail: exit.lines });
  const limit =
    spec.memory === null ? 'the machine has' : `its limit of ${Math.round(spec.memory / 2 ** 20)} MB`;
  return failure('E_PROCESS_EXITED', `${ended}: it was killed for using more memory than ${limit}`, {
    hint: 'raise its memory limit, or let it use less',
    detail: exit.lines,
  });
}
