import { aborted } from '../base/aborted.ts';
import { failure } from '../model/failures.ts';
import type { Out } from '../model/line.ts';

/** What a build needs to have its turn. */
export interface BuildTurn {
  readonly app: string;
  /** Where the waiting is told. */
  readonly out: Out;
  readonly signal: AbortSignal;
  /** Told whether it waits. */
  readonly waits?: (waits: boolean) => void;
}

interface Entry {
  readonly app: string;
  readonly begun: PromiseWithResolvers<void>;
  readonly ended: PromiseWithResolvers<void>;
  running: boolean;
}

export interface BuildQueueOptions {
  /** Builds that run at the same time, over all apps. */
  readonly slots: number;
  /** Milliseconds of waiting that nobody needs to be told of. */
  readonly tellAfter?: number;
}

/** The order of builds: so many at once over all apps, in the order of asking. */
export class BuildQueue {
  /** In the order of asking. */
  #entries: Entry[] = [];
  readonly #slots: number;
  readonly #tellAfter: number;

  constructor({ slots, tellAfter = 300 }: BuildQueueOptions) {
    this.#slots = slots;
    this.#tellAfter = tellAfter;
  }

  /** Runs the work when a slot is free and nobody asked before. Aborting the signal while it waits throws E_CANCELLED. */
  async run<T>(turn: BuildTurn, work: () => Promise<T>): Promise<T> {
    const entry: Entry = {
      app: turn.app,
      begun: Promise.withResolvers(),
      ended: Promise.withResolvers(),
      running: false,
    };
    this.#entries.push(entry);
    this.#begin();
    try {
      if (!entry.running) await this.#wait(entry, turn);
      return await work();
    } finally {
      this.#entries = this.#entries.filter((other) => other !== entry);
      entry.ended.resolve();
      this.#begin();
    }
  }

  #begin(): void {
    for (const entry of this.#entries.slice(0, this.#slots)) {
      entry.running = true;
      entry.begun.resolve();
    }
  }

  async #wait(entry: Entry, { out, signal, waits }: BuildTurn): Promise<void> {
    const gone = aborted(signal, () => cancelled(signal));
    waits?.(true);
    try {
      while (!entry.running) {
        const ahead = this.#entries.slice(0, this.#entries.indexOf(entry));
        const late = setTimeout(() => out.detail(waitText(ahead)), this.#tellAfter);
        const change = ahead.map(({ ended }) => ended.promise);
        await Promise.race([entry.begun.promise, gone, ...change]).finally(() => clearTimeout(late));
      }
    } finally {
      waits?.(false);
    }
  }
}

/** `ahead`: those that asked before, the running ones first. */
function waitText([first, ...more]: readonly Entry[]): string {
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  return `Waiting for the build of ${first?.app}${others}`;
}

function cancelled({ reason }: AbortSignal): Error {
  return failure('E_CANCELLED', 'Cancelled while it waited for its build', { cause: reason });
}
