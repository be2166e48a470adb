import type { UndoStack } from '../base/undo.ts';
import type { App } from '../model/app.ts';
import type { Deploy } from '../model/deploy.ts';
import type { Out } from '../model/line.ts';
import type { DeployOrder } from './deploy.ts';
import type { StepClock } from './step-clock.ts';

/** One deploy while it runs. */
export interface DeployWork {
  readonly app: App;
  readonly order: DeployOrder;
  readonly deploy: Deploy;
  readonly actor: string;
  /** Shown to the caller and kept in the deploy's log. */
  readonly out: Out;
  readonly signal: AbortSignal;
  readonly undo: UndoStack;
  readonly steps: StepClock;
  /** What is stored in the transaction that makes the release current, and only then. */
  readonly commits: (() => void)[];
}
