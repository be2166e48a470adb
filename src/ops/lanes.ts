import { aborted } from '../base/aborted.ts';
import { Failure } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import type { Out } from '../model/line.ts';

/** What a job needs to have its turn. */
export interface LaneRequest {
  /** Of the job. */
  readonly id: number;
  /** The apps whose lanes it holds at the same time. */
  readonly lanes: readonly string[];
  /** What those behind it are told: `ps:rebuild of shop by ann`. */
  readonly title: string;
  /** `caller`: somebody waits for it. `background`: goes behind those. `beside`: begins at once, and holds nothing. */
  readonly turn: 'caller' | 'background' | 'beside';
  /** Where the waiting is told. */
  readonly out: Out;
  readonly signal: AbortSignal;
}

interface Entry {
  readonly request: LaneRequest;
  readonly begun: PromiseWithResolvers<void>;
  readonly ended: PromiseWithResolvers<void>;
  readonly stop: AbortController;
  running: boolean;
  /** What runs can still be stopped, all that it did being taken back. */
  cancellable: boolean;
  /** It runs, but waits for something else than a lane. */
  idle: boolean;
}

export interface LaneOptions {
  /** Jobs that run at the same time, over all apps. */
  readonly slots?: number;
  /** Milliseconds of waiting that nobody needs to be told of. */
  readonly tellAfter?: number;
}

/** Why a job ends that slipwayd did not get to, or could stop, when it is stopped itself. */
export const stopping = failure('E_CANCELLED', 'slipwayd is being stopped; nothing was changed');

/** The order of everything that changes an app: one at a time per app, in the order of asking, so many over all apps. */
export class Lanes {
  /** In the order of asking. */
  #entries: Entry[] = [];
  #closed = false;
  readonly #slots: number;
  readonly #tellAfter: number;

  constructor({ slots = 8, tellAfter = 300 }: LaneOptions = {}) {
    this.#slots = slots;
    this.#tellAfter = tellAfter;
  }

  /** The title of the oldest job that waits or runs. */
  get first(): string | undefined {
    return this.#entries[0]?.request.title;
  }

  /** The apps whose lanes are held or waited for. */
  get busy(): ReadonlySet<string> {
    return new Set(this.#entries.flatMap(({ request }) => request.lanes));
  }

  /** Whether a job that asks for these lanes now has its turn at once. */
  areFree(lanes: readonly string[]): boolean {
    const { busy } = this;
    return this.#freeSlots() > 0 && !lanes.some((lane) => busy.has(lane));
  }

  /**
   * Runs the work when all asked for before it, in its lanes, has ended and a slot is free. Aborting while it waits
   * takes it out. The signal that the work gets is aborted with that of the request, by `cancel` and by `close`.
   */
  async run<T>(request: LaneRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const entry = this.#enter(request);
    const signal = AbortSignal.any([request.signal, entry.stop.signal]);
    try {
      await this.#turnOf(entry, signal);
      return await work(signal);
    } finally {
      this.#entries = this.#entries.filter((other) => other !== entry);
      entry.ended.resolve();
      this.#begin();
    }
  }

  /** The job that runs in the lane of an app. */
  holder(app: string): number | undefined {
    return this.#holder(app)?.request.id;
  }

  /** Whether what runs in the lane of an app can be cancelled from now on; it cannot before this is called. */
  setCancellable(app: string, cancellable: boolean): void {
    const entry = this.#holder(app);
    if (!entry) return;
    entry.cancellable = cancellable;
    if (cancellable && this.#closed) entry.stop.abort(stopping);
  }

  /**
   * Says that what runs in the lane of an app only waits: jobs of other apps may have its slot meanwhile. It goes on
   * without asking for one again.
   */
  setIdle(app: string, idle: boolean): void {
    const entry = this.#holder(app);
    if (!entry) return;
    entry.idle = idle;
    this.#begin();
  }

  /**
   * Takes a job out, or stops it where it runs and can be taken back; it has ended when this returns. Throws
   * E_NOT_FOUND, and E_BUSY for one that can no longer be cancelled.
   */
  async cancel(id: number, by: string): Promise<void> {
    const entry = this.#entries.find(({ request }) => request.id === id);
    if (!entry) throw failure('E_NOT_FOUND', `Job ${id} neither waits nor runs`, { hint: 'slipway jobs' });
    if (entry.running && !entry.cancellable)
      throw failure('E_BUSY', `${entry.request.title} cannot be cancelled any more`, {
        hint: 'a deploy can be cancelled until it switches the route; to go back: slipway rollback APP',
      });
    entry.stop.abort(failure('E_CANCELLED', `Cancelled by ${by}; nothing was changed`));
    await entry.ended.promise;
  }

  /** Lets no job begin any more, stops what waits and what can be taken back, and waits for all that hold a lane. */
  async close(): Promise<void> {
    this.#closed = true;
    const all = this.#entries.map((entry) => {
      if (!entry.running || entry.cancellable) entry.stop.abort(stopping);
      return entry.request.turn === 'beside' ? undefined : entry.ended.promise;
    });
    await Promise.all(all);
  }

  #holder(app: string): Entry | undefined {
    return this.#entries.find(({ running, request }) => running && request.lanes.includes(app));
  }

  #enter(request: LaneRequest): Entry {
    const entry: Entry = {
      request,
      begun: Promise.withResolvers(),
      ended: Promise.withResolvers(),
      stop: new AbortController(),
      running: false,
      cancellable: false,
      idle: false,
    };
    this.#entries.push(entry);
    if (this.#closed) entry.stop.abort(stopping);
    this.#begin();
    return entry;
  }

  /** Begins what has its turn; what somebody waits for goes first. */
  #begin(): void {
    if (this.#closed) return;
    const ready = this.#ready().toSorted((a, b) => rank(a) - rank(b));
    for (const entry of ready) {
      if (entry.request.turn !== 'beside' && this.#freeSlots() <= 0) return;
      entry.running = true;
      entry.begun.resolve();
    }
  }

  /** Those that wait, with nobody before them in their lanes. */
  #ready(): Entry[] {
    const held = new Set<string>();
    return this.#entries.filter(({ running, request: { lanes } }) => {
      const isFree = lanes.every((lane) => !held.has(lane));
      for (const lane of lanes) held.add(lane);
      return isFree && !running;
    });
  }

  #freeSlots(): number {
    const taken = this.#entries.filter(
      ({ running, idle, request }) => running && !idle && request.turn !== 'beside',
    );
    return this.#slots - taken.length;
  }

  /** Resolves when it begins, telling meanwhile what it waits for; rejects with the reason of the signal. */
  async #turnOf(entry: Entry, signal: AbortSignal): Promise<void> {
    const { out } = entry.request;
    const gone = aborted(signal, () => reasonOf(signal));
    while (!entry.running) {
      const before = this.#before(entry);
      const late = setTimeout(() => out.detail(this.#waitText(before)), this.#tellAfter);
      const change = before[0] ? [before[0].ended.promise] : [];
      await Promise.race([entry.begun.promise, gone, ...change]).finally(() => clearTimeout(late));
    }
    if (signal.aborted) await gone;
  }

  #before(entry: Entry): Entry[] {
    const { lanes } = entry.request;
    const ahead = this.#entries.slice(0, this.#entries.indexOf(entry));
    return ahead.filter((other) => other.request.lanes.some((lane) => lanes.includes(lane)));
  }

  #waitText([first, ...more]: readonly Entry[]): string {
    if (!first) return `Waiting until one of the ${this.#slots} jobs of other apps that run now has ended`;
    return `Waiting for ${first.request.title}${more.length > 0 ? ` and ${more.length} more` : ''}`;
  }
}

function rank({ request }: Entry): number {
  return request.turn === 'background' ? 1 : 0;
}

function reasonOf({ reason }: AbortSignal): Failure {
  return reason instanceof Failure ? reason : waitedInVain();
}

function waitedInVain(): Failure {
  return failure('E_CANCELLED', 'Cancelled while it waited for its turn');
}
