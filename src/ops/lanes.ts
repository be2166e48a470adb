import { failure } from '../model/failures.ts';
import type { Out } from '../model/line.ts';

/** A piece of work in an app's lane. */
export interface LaneJob {
  readonly id: number;
  readonly app: string;
  /** The operation. */
  readonly what: string;
  readonly actor: string;
  readonly since: number;
  readonly state: 'waiting' | 'running';
}

interface Entry extends LaneJob {
  state: LaneJob['state'];
  readonly done: Promise<void>;
}

export interface LaneRequest {
  readonly app: string;
  readonly what: string;
  readonly actor: string;
  readonly at: number;
  readonly out: Out;
  readonly signal: AbortSignal;
}

/** The order of everything that changes an app: one at a time per app, in the order of asking. */
export class Lanes {
  readonly #lanes = new Map<string, Entry[]>();
  #last = 0;

  /** Runs the work when all asked for before it, in this lane, has ended. Aborting while it waits takes it out. */
  async run<T>(request: LaneRequest, work: () => Promise<T>): Promise<T> {
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const entry = this.#enter(request, done);
    try {
      await this.#turn(entry, request);
      entry.state = 'running';
      return await work();
    } finally {
      this.#leave(entry);
      release();
    }
  }

  /** What waits and runs, oldest first. */
  jobs(app?: string): readonly LaneJob[] {
    const lanes = app === undefined ? [...this.#lanes.values()] : [this.#lanes.get(app) ?? []];
    return lanes
      .flat()
      .map(({ done: _done, ...job }) => job)
      .sort((a, b) => a.id - b.id);
  }

  #enter(request: LaneRequest, done: Promise<void>): Entry {
    this.#last += 1;
    const { app, what, actor, at } = request;
    const entry: Entry = { id: this.#last, app, what, actor, since: at, state: 'waiting', done };
    const lane = this.#lanes.get(app);
    if (lane) lane.push(entry);
    else this.#lanes.set(app, [entry]);
    return entry;
  }

  async #turn(entry: Entry, request: LaneRequest): Promise<void> {
    for (;;) {
      const first = this.#lanes.get(entry.app)?.[0];
      if (!first || first === entry) return;
      const ahead = this.#lanes.get(entry.app)?.indexOf(entry) ?? 0;
      request.out.detail(
        `Waiting for ${first.what} of ${first.app} by ${first.actor}${ahead > 1 ? ` and ${ahead - 1} more` : ''}`,
      );
      await Promise.race([first.done, aborted(request.signal)]);
    }
  }

  #leave(entry: Entry): void {
    const rest = (this.#lanes.get(entry.app) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) this.#lanes.delete(entry.app);
    else this.#lanes.set(entry.app, rest);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(failure('E_CANCELLED', 'Cancelled while it waited for its turn'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
