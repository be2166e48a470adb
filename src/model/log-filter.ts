import { failure } from './failures.ts';
import type { LogLine } from './log-line.ts';

/** Which lines of an app's log are wanted. */
export interface LogFilter {
  /** Only this process type, and only this one of it; `router` for its requests. */
  readonly type?: string | undefined;
  readonly index?: number | undefined;
  /** From this time on, and before this time: as in LogLine. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Texts that a line must all contain, as they are written. */
  readonly words: readonly string[];
}

/** Whether a line is wanted. */
export function passesFilter(filter: LogFilter, line: LogLine): boolean {
  const { since, until, words } = filter;
  if (since !== undefined && line.time < since) return false;
  if (until !== undefined && line.time >= until) return false;
  return isOfProcess(filter, line.process) && words.every((word) => line.text.includes(word));
}

/** Whether lines of this process are wanted at all. */
export function isOfProcess({ type, index }: LogFilter, process: string): boolean {
  if (type === undefined) return true;
  return index === undefined ? process.split('.')[0] === type : process === `${type}.${index}`;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * The time of `10m` (so long ago), or of RFC 3339 such as `2026-01-31T12:00:00Z` and `2026-01-31 12:00`, as in LogLine.
 * Throws E_INPUT.
 */
export function parseMoment(text: string, now: number): string {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const at = count === undefined ? readDate(text) : now - Number(count) * (units[unit] ?? 1) * 1000;
  if (Number.isNaN(at) || at < 0 || at > latest)
    throw failure(
      'E_INPUT',
      `${JSON.stringify(text.slice(0, 80))} is not a time, such as 10m, 2h, 1d (ago), 2026-01-31T12:00:00Z or "2026-01-31 12:00" (UTC)`,
    );
  return momentOf(at);
}

/** Milliseconds since 1970 as the time of a line. */
export function momentOf(at: number): string {
  return new Date(at).toISOString().replace('Z', '000000Z');
}

/** The end of the year 9999: times beyond it have another length. */
const latest = Date.UTC(10_000, 0, 1) - 1;

/** In UTC where no zone is said. */
function readDate(text: string): number {
  const [, date, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$/i.exec(text) ?? [];
  return date === undefined ? Number.NaN : Date.parse(`${date}T${time}${zone.toUpperCase()}`);
}
