import { isIP } from 'node:net';
import { endpointOf } from './proxy-state.ts';

/** One request of an app that the proxy answered, as a line of the app's log. */
export interface RequestLine {
  readonly app: string;
  /** As in LogLine. */
  readonly time: string;
  /** `GET /path 200 12ms 1.2kB web.1 request=ID host=HOST client=IP` */
  readonly text: string;
}

/** Of the busy seconds one request of so many is told. */
export const sampleOf = 100;

/**
 * What HAProxy writes of each request: first what it knows itself, then what the client chose, of which only the last
 * may hold a space. The path is without its query, which may hold secrets.
 */
export const requestFormat = [
  '%[date(0,us)]',
  '%[var(txn.app)]',
  '%ST',
  '%Ta',
  '%B',
  '%s',
  '%ID',
  '%ci',
  '%ts',
  '%[var(txn.sampled)]',
  '%HM',
  '%[var(txn.host)]',
  '%HPO',
].join(' ');

const shape = new RegExp(
  [
    String.raw`^(?<at>\d{16})`,
    '(?<app>[a-z0-9][a-z0-9.-]{0,62})',
    String.raw`(?<status>-1|\d{3})`,
    String.raw`(?<took>-?\d{1,9})`,
    String.raw`(?<bytes>\d{1,15})`,
    String.raw`(?<server>\S+)`,
    '(?<id>[0-9a-f-]{36}|-)',
    String.raw`(?<client>\S+)`,
    String.raw`(?<ended>\S\S)`,
    String.raw`(?<sampled>-|\d+)`,
    String.raw`(?<method>\S+)`,
    String.raw`(?<host>\S+)`,
    '(?<path>.*)$',
  ].join(' '),
  's',
);

/** Undefined for what is not of an app, and for anything of another shape. */
export function parseRequestLine(line: string): RequestLine | undefined {
  const groups = shape.exec(line)?.groups;
  if (!groups) return undefined;
  const of = (name: string) => groups[name] ?? '';
  const parts = [
    /^[A-Z]{1,20}$/.test(of('method')) ? of('method') : '?',
    shownPath(of('path')),
    of('status'),
    `${of('took')}ms`,
    shownSize(Number(of('bytes'))),
    shownProcess(of('server')),
    `request=${of('id')}`,
    `host=${/^[a-z0-9.-]{1,253}$/.test(of('host')) ? of('host') : '?'}`,
    `client=${isIP(of('client')) === 0 ? '?' : of('client')}`,
    ...unusual(of('ended'), of('sampled')),
  ];
  return { app: of('app'), time: timeOf(of('at')), text: parts.join(' ') };
}

/** How a request ended that did not end as most do (`%ts` of HAProxy), and that others like it are not told. */
function unusual(ended: string, sampled: string): readonly string[] {
  return [
    ...(ended === '--' ? [] : [`ended=${ended}`]),
    ...(sampled === '-' ? [] : [`sampled=1/${sampled}`]),
  ];
}

/** `web.1` of `web.1.d42:10.192.0.5:3000`. */
function shownProcess(server: string): string {
  return endpointOf(server)?.id.replace(/\.d\d+$/, '') ?? '-';
}

const longestPath = 300;

function shownPath(path: string): string {
  const plain = path.replace(/[^!-~]/g, '?');
  if (plain === '') return '-';
  return plain.length > longestPath ? `${plain.slice(0, longestPath)}...` : plain;
}

function shownSize(bytes: number): string {
  if (bytes < 1000) return `${bytes}B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)}kB` : `${(bytes / 1e6).toFixed(1)}MB`;
}

/** Of microseconds since 1970. */
function timeOf(at: string): string {
  const milliseconds = Number(at.slice(0, -3));
  return new Date(milliseconds).toISOString().replace('Z', `${at.slice(-3)}000Z`);
}
