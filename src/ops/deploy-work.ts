import type { UndoStack } from '../base/undo.ts';
import type { App } from '../model/app.ts';
import type { Deploy, DeployKind } from '../model/deploy.ts';
import type { Out } from '../model/line.ts';
import type { ReleaseDraft } from '../model/plan-release.ts';
import type { StepClock } from './step-clock.ts';

/** What an operation wants deployed. */
export interface DeployOrder {
  readonly kind: DeployKind;
  /** Shown in `deploys`: a commit, an image, a change. */
  readonly subject: string;
  /**
   * Makes what the release consists of: builds, fetches or copies. Where it gives null, there is nothing to do. Null: the
   * current release is started again.
   */
  readonly draft: ((work: DeployWork) => Promise<ReleaseDraft | null>) | null;
  /** Process types that get new processes even where the running ones are as wanted. */
  readonly fresh?: (type: string) => boolean;
  /** The name that the app had before this deploy: its route goes in the same step. */
  readonly renamedFrom?: string;
  /** What is stored in the same transaction that makes the release current, and only then. */
  readonly commit?: () => void;
}

/** What is told of a deploy that went well. */
export interface Deployed {
  /** Null: nothing was to be done, and what was live still is. */
  readonly release: number | null;
  readonly replaced: number | null;
  readonly urls: readonly string[];
}

/** One deploy while it runs. */
export interface DeployWork {
  readonly app: App;
  readonly order: DeployOrder;
  readonly deploy: Deploy;
  readonly actor: string;
  /** Shown to the caller and kept as the deploy's output. */
  readonly out: Out;
  readonly signal: AbortSignal;
  readonly undo: UndoStack;
  readonly steps: StepClock;
  /** What is stored in the transaction that makes the release current, and only then. */
  readonly commits: (() => void)[];
}
