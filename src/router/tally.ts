import { noRequests, plus, since, type Requests } from '../model/requests.ts';
import { noCounters, type BackendCounters } from '../tools/haproxy-counters.ts';

/** A backend in one worker: its counters begin at nothing with the worker, and stay when the app of it changes. */
export interface CountedPlace {
  readonly pid: number;
  readonly pool: number;
}

/**
 * Adds up what HAProxy counts for each app, over workers and backends. Only what happened while a place belonged to an
 * app is counted for it.
 */
export class Tally {
  readonly #seen = new Map<string, Requests>();
  readonly #totals = new Map<string, Requests>();
  /** Failures to come that are no failures: what a drain has cut just now. */
  readonly #excused = new Map<string, number>();

  /** Counts for the app what was added at its place since the last look there. */
  add(app: string, place: CountedPlace, counters: BackendCounters = noCounters): void {
    const now = requestsOf(counters);
    const key = keyOf(place);
    const more = this.#excuse(app, since(this.#seen.get(key) ?? noRequests, now));
    this.#seen.set(key, now);
    this.#totals.set(app, plus(this.of(app), more));
  }

  /** What was counted at a place up to now is of nobody who asks. */
  begin(place: CountedPlace, counters: BackendCounters = noCounters): void {
    this.#seen.set(keyOf(place), requestsOf(counters));
  }

  /** So many connections of the app were cut: HAProxy counts some of them as failed, depending on its version. */
  excuse(app: string, cut: number): void {
    this.#excused.set(app, cut);
  }

  isExcused(app: string): boolean {
    return (this.#excused.get(app) ?? 0) > 0;
  }

  of(app: string): Requests {
    return this.#totals.get(app) ?? noRequests;
  }

  /** Apps that something was counted for. */
  apps(): string[] {
    return [...this.#totals.keys()];
  }

  /** Forgets workers that are gone. */
  keepOnly(pids: readonly number[]): void {
    for (const key of this.#seen.keys()) if (!pids.includes(Number.parseInt(key, 10))) this.#seen.delete(key);
  }

  #excuse(app: string, more: Requests): Requests {
    const excused = Math.min(this.#excused.get(app) ?? 0, more.failed);
    if (excused === 0) return more;
    this.excuse(app, (this.#excused.get(app) ?? 0) - excused);
    const failed = more.failed - excused;
    const broken = Math.min(more.broken, failed);
    return { ...more, failed, broken, unreached: Math.min(more.unreached, failed - broken) };
  }
}

function requestsOf({ answered, failed, unreached, broken }: BackendCounters): Requests {
  return { answered, failed: failed + broken, unreached, broken };
}

function keyOf({ pid, pool }: CountedPlace): string {
  return `${pid} ${pool}`;
}
