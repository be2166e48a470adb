import { Failure } from '../base/failure.ts';
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

interface Entry {
  readonly job: Omit<LaneJob, 'state'>;
  state: LaneJob['state'];
  /** What runs can still be stopped, all that it did being taken back. */
  cancellable: boolean;
  readonly stop: AbortController;
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
  readonly #tellAfter: number;

  /** `tellAfter`: milliseconds of waiting that nobody needs to be told of. */
  constructor(tellAfter = 300) {
    this.#tellAfter = tellAfter;
  }

  /**
   * Runs the work when all asked for before it, in this lane, has ended. Aborting while it waits takes it out. The
   * signal that the work gets is aborted with that of the request, and by `cancel`.
   */
  async run<T>(request: LaneRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    const entry = this.#enter(request, done);
    const signal = AbortSignal.any([request.signal, entry.stop.signal]);
    try {
      await this.#turn(entry, { ...request, signal });
      entry.state = 'running';
      return await work(signal);
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
      .map(({ job, state }) => ({ ...job, state }))
      .sort((a, b) => a.id - b.id);
  }

  /** Whether what runs in the lane of an app can be cancelled from now on; it cannot before this is called. */
  setCancellable(app: string, cancellable: boolean): void {
    const running = this.#lanes.get(app)?.[0];
    if (running) running.cancellable = cancellable;
  }

  /**
   * Takes a job out, or stops it where it runs and can be taken back; it has ended when this returns. Throws
   * E_NOT_FOUND, and E_BUSY for one that can no longer be cancelled.
   */
  async cancel(id: number, by: string): Promise<LaneJob> {
    const entry = [...this.#lanes.values()].flat().find(({ job }) => job.id === id);
    if (!entry) throw failure('E_NOT_FOUND', `There is no job ${id}`, { hint: 'slipway jobs' });
    const { job, state, cancellable } = entry;
    if (state === 'running' && !cancellable)
      throw failure('E_BUSY', `${job.what} of ${job.app} cannot be cancelled any more`, {
        hint: 'a deploy can be cancelled until it switches the route; to go back: slipway rollback APP',
      });
    entry.stop.abort(failure('E_CANCELLED', `Cancelled by ${by}; nothing was changed`));
    await entry.done;
    return { ...job, state };
  }

  #enter(request: LaneRequest, done: Promise<void>): Entry {
    this.#last += 1;
    const { app, what, actor, at } = request;
    const entry: Entry = {
      job: { id: this.#last, app, what, actor, since: at },
      state: 'waiting',
      cancellable: false,
      stop: new AbortController(),
      done,
    };
    const lane = this.#lanes.get(app);
    if (lane) lane.push(entry);
    else this.#lanes.set(app, [entry]);
    return entry;
  }

  async #turn(entry: Entry, request: LaneRequest): Promise<void> {
    for (;;) {
      const lane = this.#lanes.get(request.app) ?? [];
      const [first] = lane;
      if (!first || first === entry) return;
      const ahead = lane.indexOf(entry);
      const told = `Waiting for ${first.job.what} of ${first.job.app} by ${first.job.actor}${ahead > 1 ? ` and ${ahead - 1} more` : ''}`;
      const late = setTimeout(() => request.out.detail(told), this.#tellAfter);
      await Promise.race([first.done, aborted(request.signal)]).finally(() => clearTimeout(late));
    }
  }

  #leave(entry: Entry): void {
    const { app } = entry.job;
    const rest = (this.#lanes.get(app) ?? []).filter((other) => other !== entry);
    if (rest.length === 0) this.#lanes.delete(app);
    else this.#lanes.set(app, rest);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const why = () => (signal.reason instanceof Failure ? signal.reason : waitedInVain());
    const stop = () => reject(why());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

function waitedInVain(): Failure {
  return failure('E_CANCELLED', 'Cancelled while it waited for its turn');
}
