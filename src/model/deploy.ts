import type { Drained } from './drain.ts';

/** One act that makes a release live, or failed to. */
export interface Deploy {
  readonly id: number;
  readonly app: string;
  readonly kind: DeployKind;
  /** What is deployed: a commit, an image, an archive's address, a description of the change. */
  readonly subject: string;
  readonly actor: string;
  readonly state: DeployState;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** The release that it made or started again, once it is planned. */
  readonly release: number | null;
  /** The builder that makes its image; null where it needs none, or has not come to that. */
  readonly builder: string | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly steps: readonly DeployStep[];
  /** What was open to the processes that it replaced; null until that is known, and where there were none. */
  readonly drained: Drained | null;
}

export type DeployKind =
  | 'git'
  | 'archive'
  | 'image'
  | 'rebuild'
  | 'config'
  | 'scale'
  | 'rollback'
  | 'restart'
  | 'start'
  | 'domains'
  | 'rename'
  | 'clone';

export type DeployState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** `receive`, `build`, `release`, `start`, `healthy`, `switch` and the milliseconds it took. */
export interface DeployStep {
  readonly name: string;
  readonly milliseconds: number;
}

export type NewDeploy = Pick<Deploy, 'kind' | 'subject' | 'actor' | 'createdAt'>;

export interface DeployEnd {
  readonly state: 'succeeded' | 'failed' | 'cancelled';
  /** Null: it has failed, and what it made is not taken away yet, so that a restart looks for it. */
  readonly at: number | null;
  readonly failure: Deploy['failure'];
  readonly steps: readonly DeployStep[];
}
