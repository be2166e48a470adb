import type { Secret } from '../base/secret.ts';

/** A piece of work on an app: it holds the app's lane, or goes on beside it. Kept from the moment it is asked for. */
export interface Job {
  /** Count up over all apps. */
  readonly id: number;
  readonly app: string;
  /** The operation, or the work of slipwayd's own: `retire`, `clean up`, `recover`. */
  readonly operation: string;
  readonly actor: string;
  readonly state: JobState;
  /** Nobody waits for it: it outlives its caller, and, while it waits, slipwayd. */
  readonly detached: boolean;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export const jobStates = ['waiting', 'running', 'succeeded', 'failed', 'cancelled'] as const;

export type JobState = (typeof jobStates)[number];

export interface NewJob extends Pick<Job, 'app' | 'operation' | 'actor' | 'createdAt'> {
  /** Its turn has come already. */
  readonly running: boolean;
  /** What a detached one will do, as a text that says it all; null: its caller waits for it. */
  readonly order: Secret | null;
}

export interface JobEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  readonly at: number;
  readonly failure: Job['failure'];
}
