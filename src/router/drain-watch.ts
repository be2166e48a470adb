import { noneOpen, type Drained, type DrainTimes, type OpenCounts, type OpenKind } from '../model/drain.ts';
import type { SessionStage, StagedSession } from '../tools/haproxy-sessions.ts';

/** What is open to a leaving server in one worker. */
export interface OpenSession extends StagedSession {
  readonly pid: number;
}

const kinds: Readonly<Record<SessionStage, OpenKind>> = {
  waiting: 'request',
  answering: 'stream',
  tunnel: 'websocket',
};

/**
 * Knows when a drain has to look at what is open, which is costly with thousands of connections: at its begin, and when
 * the time of a kind is over; from the last of these on at every step. Servers that take no requests get nothing new.
 */
export class DrainWatch {
  readonly #times: DrainTimes;
  readonly #now: () => number;
  readonly #began: number;
  readonly #open = new Map<string, OpenKind>();
  readonly #closed = new Set<string>();
  /** Milliseconds since the begin, in order; those of the past are taken away. */
  #looks: readonly number[];

  constructor(times: DrainTimes, now: () => number = () => performance.now()) {
    this.#times = times;
    this.#now = now;
    this.#began = now();
    this.#looks = [0, ...Object.values(times)].toSorted((a, b) => a - b);
  }

  isLookDue(): boolean {
    return (this.#looks[0] ?? 0) <= this.#elapsed();
  }

  /** Milliseconds until the next look, at most so many. */
  pause(longest: number): number {
    const next = this.#looks[0];
    return next === undefined ? longest : Math.min(longest, Math.max(next - this.#elapsed(), 0));
  }

  /** Milliseconds since the time of the last kind was over; below 0 before that. */
  late(): number {
    return this.#elapsed() - Math.max(...Object.values(this.#times));
  }

  /** Takes note of what is open; gives those whose time is over, to be cut. */
  look(sessions: readonly OpenSession[]): OpenSession[] {
    const elapsed = this.#elapsed();
    this.#looks = this.#looks.filter((at) => at > elapsed);
    return sessions.filter((session) => {
      const key = `${session.pid} ${session.id}`;
      const kind = kinds[session.stage];
      // What was cut keeps its kind: it may be something else while it ends.
      if (!this.#closed.has(key)) this.#open.set(key, kind);
      if (this.#times[kind] > elapsed) return false;
      this.#closed.add(key);
      return true;
    });
  }

  result(): Drained {
    const all = [...this.#open.keys()];
    return {
      milliseconds: Math.round(this.#elapsed()),
      finished: this.#count(all.filter((key) => !this.#closed.has(key))),
      closed: this.#count(all.filter((key) => this.#closed.has(key))),
      times: this.#times,
    };
  }

  #count(keys: readonly string[]): OpenCounts {
    const counts = { ...noneOpen };
    for (const key of keys) counts[this.#open.get(key) ?? 'request'] += 1;
    return counts;
  }

  #elapsed(): number {
    return this.#now() - this.#began;
  }
}
