/** One line that a process of an app printed, or one request that the router answered. */
export interface LogLine {
  /** RFC 3339 in UTC with nine decimals, so that text compares times. */
  readonly time: string;
  /** `web.1`, or `router`. */
  readonly process: string;
  readonly text: string;
}

/** What the lines of the router are marked with in place of a process. */
export const routerName = 'router';

/** By time; lines of the same time stay in their order. */
export function mergeByTime<T extends LogLine>(lines: readonly T[]): T[] {
  return lines.toSorted((a, b) => (a.time < b.time ? -1 : Number(a.time > b.time)));
}

/** `2026-01-01T00:00:00.000000Z app[web.1]: text`, as `logs` shows it. */
export function showLogLine({ time, process, text }: LogLine): string {
  const shown = `${time.slice(0, '2026-01-01T00:00:00.000000'.length)}Z`;
  return process === routerName ? `${shown} router: ${text}` : `${shown} app[${process}]: ${text}`;
}
