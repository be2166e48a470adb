import type { BuildLimits } from '../model/build-limits.ts';
import { BuildError } from '../tools/buildkit-build.ts';
import type { MemoryKill } from '../tools/kernel-log.ts';

/** A step of a build had a program killed for want of memory. */
export class BuildMemoryError extends BuildError {
  /** Which limit it met: that of all builds, that of its app, or none but the end of the machine's memory. */
  readonly met: 'all' | 'own' | 'machine';
  /** That limit in bytes; null: the machine had no more. */
  readonly limit: number | null;

  constructor(failed: BuildError, met: BuildMemoryError['met'], limit: number | null) {
    super(failed.message, failed);
    this.met = met;
    this.limit = limit;
  }
}

/** What speaks for a kill, besides the exit code of the step. */
export interface KillEvidence {
  /** Ids of the steps of this build. */
  readonly steps: ReadonlySet<string>;
  readonly kills: readonly MemoryKill[];
  /** All builds together met their limit while this one ran. */
  readonly limitMet: boolean;
  readonly limits: BuildLimits;
}

/**
 * The error with its cause, where a program of the failed step was killed for want of memory: the kernel's log says so of
 * one of the build's own steps, or the step ended by SIGKILL while builds met their limit. Else the error as it is.
 */
export function explainKill(error: unknown, evidence: KillEvidence): unknown {
  if (!(error instanceof BuildError) || error.exitCode === undefined) return error;
  const { kills, steps, limits } = evidence;
  const kill = kills.findLast(({ group }) => steps.has(lastPart(group)));
  if (kill) return memoryError(error, kill, limits);
  // 137 = 128 + SIGKILL.
  const likely = error.exitCode === 137 && evidence.limitMet;
  return likely ? new BuildMemoryError(error, 'all', limits.all.memory) : error;
}

function memoryError(error: BuildError, { group, limitOf }: MemoryKill, { all, own }: BuildLimits) {
  if (limitOf === null) return new BuildMemoryError(error, 'machine', null);
  const isOwn = limitOf === group && own.memory !== null;
  return isOwn
    ? new BuildMemoryError(error, 'own', own.memory)
    : new BuildMemoryError(error, 'all', all.memory);
}

/** The id of a step: `/docker/buildkit/ID`, or `/system.slice/system.slice:docker:ID`. */
function lastPart(group: string): string {
  return /[^/:]*$/.exec(group)?.[0] ?? '';
}
