import type { ProcessSpec } from '../model/process.ts';
import type { Saw } from './probe.ts';

/** All that was seen of a process that did not become healthy: what its cause is found from. */
export interface Evidence {
  readonly spec: ProcessSpec;
  /** Null: it still runs. */
  readonly exit: ProcessExit | null;
  readonly tries: Tries;
  /** What listens in it, by port; null: not known, or of no matter to its check. */
  readonly listeners: readonly Listener[] | null;
  /** Its last lines, which a failure shows. */
  readonly lines: readonly string[];
  /** Those before them: a trace, or what a server says of its own end, may be longer than what is shown. */
  readonly before: readonly string[];
}

/** Lines of its log that a failure shows. */
const shownLines = 20;

/** As many as two workers of gunicorn and their master leave, each with a trace. */
export const readLines = 200;

/** What was printed, as evidence has it. */
export function shownAndBefore(printed: readonly string[]): Pick<Evidence, 'lines' | 'before'> {
  return { lines: printed.slice(-shownLines), before: printed.slice(0, -shownLines) };
}

export interface ProcessExit {
  /** Null where it is not known any more. */
  readonly code: number | null;
  readonly outOfMemory: OutOfMemory | null;
}

/** Killed at its own limit, or because the machine had no more; `likely`: nothing but the signal tells. */
export type OutOfMemory = 'limit' | 'machine' | 'likely';

export interface Tries {
  /** What the last one said, as the end of a sentence. */
  readonly said: string;
  readonly saw: Saw;
  /** Whether any of them got a connection. */
  readonly reached: boolean;
}

/** A TCP port that a program inside a container listens on, and on which of its addresses. */
export interface Listener {
  readonly port: number;
  /** Only programs in the same container can connect. */
  readonly loopback: boolean;
}

/** The port that its check asks; null for a check that asks none. */
export function checkedPort({ check, port }: ProcessSpec): number | null {
  const { probe } = check;
  return probe.kind === 'http' || probe.kind === 'listening' ? (probe.port ?? port) : null;
}

/** One cause: the failure where the evidence shows it, else undefined. */
export type Rule = (evidence: Evidence) => Error | undefined;
