import { counted } from './counted.ts';
import { formatMilliseconds } from './duration.ts';

/**
 * What may be open between a client and a process. A request is not answered yet, a long poll among them; a stream is
 * an answer whose body is under way: a download, server-sent events; a WebSocket is any connection that was upgraded.
 */
export type OpenKind = 'request' | 'stream' | 'websocket';

export type OpenCounts = Readonly<Record<OpenKind, number>>;

/** Milliseconds from the begin of a drain until what is open of each kind is cut. */
export type DrainTimes = Readonly<Record<OpenKind, number>>;

/** What became of all that was open to processes when no route led to them any more. */
export interface Drained {
  /** It took so long. */
  readonly milliseconds: number;
  /** Ended by itself in its time. */
  readonly finished: OpenCounts;
  /** Cut at the end of its time. */
  readonly closed: OpenCounts;
  readonly times: DrainTimes;
}

export const noneOpen: OpenCounts = { request: 0, stream: 0, websocket: 0 };

const names: Readonly<Record<OpenKind, string>> = {
  request: 'request',
  stream: 'stream',
  websocket: 'WebSocket',
};

/** `drained in 30.1 s: 3 requests finished, 2 WebSockets closed after 30.0 s` */
export function drainedText({ milliseconds, finished, closed, times }: Drained): string {
  const kinds = Object.keys(names) as OpenKind[];
  const parts = [
    ...kinds.map((kind) => part(kind, finished[kind], 'finished')),
    ...kinds.map((kind) => part(kind, closed[kind], `closed after ${formatMilliseconds(times[kind])}`)),
  ].filter((text) => text !== '');
  return `drained in ${formatMilliseconds(milliseconds)}: ${parts.length > 0 ? parts.join(', ') : 'nothing was open'}`;
}

function part(kind: OpenKind, count: number, what: string): string {
  return count === 0 ? '' : `${counted(count, names[kind])} ${what}`;
}
