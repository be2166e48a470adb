import { messageOf } from '../base/failure.ts';
import { retryUntil, wait } from '../base/retry.ts';
import type { Check, Probe } from '../model/check.ts';
import type { Out } from '../model/line.ts';
import type { ProcessSpec, RunningProcess } from '../model/process.ts';
import { diagnose } from './diagnose.ts';
import { type Listener, type ProcessExit, readLines, shownAndBefore, type Tries } from './evidence.ts';
import type { ProbeAnswer, TryOptions } from './probe.ts';

/** A process that is being watched while it should become healthy: what a driver knows of it. */
export interface Candidate {
  readonly process: RunningProcess;
  /** One try of any probe but `uptime`. */
  attempt(probe: Exclude<Probe, { kind: 'uptime' }>, options: TryOptions): Promise<ProbeAnswer>;
  /** Resolves when the process ended, also where it was started again since. */
  exit(signal: AbortSignal): Promise<ProcessExit>;
  /** So many at most. */
  lastLines(count: number): Promise<readonly string[]>;
  /** What listens in it now; null: not known. */
  listeners(): Promise<readonly Listener[] | null>;
}

export interface WaitOptions {
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** A process while it is tried: what the tries saw so far. */
interface Trial {
  readonly candidate: Candidate;
  readonly spec: ProcessSpec;
  tries: Tries;
}

/**
 * Returns when the process passed its check. Throws what `diagnose` finds, as soon as it ends or when its time is over
 * (a check that only warns: a warning instead of the latter), or the signal's reason.
 */
export async function waitHealthy(
  candidate: Candidate,
  spec: ProcessSpec,
  { out, signal }: WaitOptions,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const trial: Trial = {
    candidate,
    spec,
    tries: { said: 'no try was made', saw: 'nothing', reached: false },
  };
  try {
    const exit = candidate.exit(either).then(async (end) => {
      throw await causeOf(trial, end);
    });
    if (await Promise.race([tryUntilHealthy(trial, either), exit])) return;
    const cause = await causeOf(trial, null);
    if (!spec.check.warnOnly) throw cause;
    out.warning(messageOf(cause));
  } finally {
    over.abort();
  }
}

async function causeOf({ candidate, spec, tries }: Trial, exit: ProcessExit | null): Promise<Error> {
  const [printed, listeners] = await Promise.all([
    candidate.lastLines(readLines),
    exit ? null : candidate.listeners(),
  ]);
  return diagnose({ spec, exit, tries, listeners, ...shownAndBefore(printed) });
}

/** True once it is healthy, false when the time was over. */
async function tryUntilHealthy(trial: Trial, signal: AbortSignal): Promise<boolean> {
  const { candidate, spec } = trial;
  const { probe, initialDelay, timeout } = spec.check;
  if (initialDelay > 0) await wait(initialDelay, signal);
  if (probe.kind === 'uptime') {
    await wait(Math.max(0, candidate.process.startedAt + probe.milliseconds - Date.now()), signal);
    return true;
  }
  const passed = await retryUntil(
    async () => {
      const answer = await candidate.attempt(probe, { timeout, signal });
      if (answer.healthy) return true;
      const { said, saw } = answer;
      trial.tries = { said, saw, reached: trial.tries.reached || saw !== 'nothing' };
      return undefined;
    },
    pace(spec.check, candidate.process, signal),
  );
  return passed === true;
}

/** Quick at first, for processes that are up at once; then at most two tries a second. */
function pace(check: Check, process: RunningProcess, signal: AbortSignal) {
  const left = Math.max(0, process.startedAt + check.window - Date.now());
  return { firstPause: 10, maxPause: 500, factor: 1.15, timeout: left, signal };
}
