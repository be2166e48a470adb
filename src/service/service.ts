import type { Readable, Writable } from 'node:stream';
import type { Secret } from '../base/secret.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Service, ServiceLogin, ServiceName } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';

/**
 * What runs datastores, each in a network of its own, with its data in a volume. Drivers: docker, memory. Every driver
 * passes service.contract.ts. Only objects that carry its own instance's label are touched.
 */
export interface Services {
  readonly kinds: Readonly<Record<KindName, Kind>>;

  /**
   * Makes sure that it runs as the store has it: network, volume, container. One that runs as it is wanted is left as it
   * is. Returns when it is started; `waitReady` knows when it answers.
   */
  start(service: Service, signal: AbortSignal): Promise<void>;

  /** The same, but nobody reaches it but `open`: for work on all of its data. `command`: in place of its kind's own. */
  startClosed(service: Service, signal: AbortSignal, command?: readonly string[]): Promise<void>;

  /** Ends its program and removes its container; its data stays. One that is not there is fine. */
  stop(service: Service): Promise<void>;

  /** Returns when it answers its own kind's question. Throws E_SERVICE_NOT_READY with its last lines. */
  waitReady(service: Service, signal: AbortSignal): Promise<void>;

  /** What runs of it now. */
  standing(service: ServiceName): Promise<Standing>;

  /** Its IP address in its network; null where it does not run, or is closed. */
  address(service: ServiceName): Promise<string | null>;

  /** All that there is of services here, those that nobody knows any more too. */
  list(): Promise<readonly ServiceName[]>;

  /** Removes container and network, and with `data` its volumes, for good. What is gone already is fine. */
  remove(service: ServiceName, how: { readonly data: boolean }): Promise<void>;

  /** Unpacks a tar of its program's data files into its volume, before it is first started. Throws what the tar fails with. */
  fill(service: Service, tar: Readable, signal: AbortSignal): Promise<void>;

  /** The numbers of its volumes that are there. */
  volumes(service: ServiceName): Promise<readonly number[]>;

  /** One volume of it with its data, for good; it must not run with it. What is gone already is fine. */
  removeVolume(volume: ServiceName & Pick<Service, 'volume'>): Promise<void>;

  /** Runs a command in it, its input and output as streams of bytes. Throws E_SERVICE_STOPPED. */
  open(service: Service, command: InsideCommand, signal: AbortSignal): Promise<Inside>;

  /**
   * The same for somebody who talks with the command: in a terminal of its own, where they sit at one. When the signal is
   * aborted, it is ended with all that it started, and `end` rejects. Throws E_SERVICE_STOPPED.
   */
  attach(service: Service, command: InsideCommand, caller: Caller): Promise<Conversation>;

  /** Its log: the last lines, then, with `follow`, each new one until the signal is aborted. */
  logs(service: ServiceName, query: ServiceLogQuery, signal: AbortSignal): Promise<void>;
}

export interface ServiceLogQuery {
  readonly lines: number;
  readonly follow: boolean;
  readonly onLine: (line: { readonly time: string; readonly text: string }) => void;
}

/** The last lines of its log; none where it has no container. */
export async function lastLines(
  services: Pick<Services, 'logs'>,
  service: ServiceName,
  { count, signal }: { readonly count: number; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const found: string[] = [];
  const onLine = ({ text }: { readonly text: string }) => void found.push(text);
  await services.logs(service, { lines: count, follow: false, onLine }, signal);
  return found;
}

export interface Standing {
  readonly state: 'running' | 'restarting' | 'stopped';
  /** Milliseconds since 1970; null where it does not run. */
  readonly startedAt: number | null;
}

/** Who talks with a command. */
export interface Caller {
  /** Null: not in a terminal. */
  readonly terminal: Terminal | null;
  readonly signal: AbortSignal;
  /** Each line of standard error, which is in the output of a terminal. */
  readonly onError: (line: string) => void;
}

export interface Conversation extends Pick<Inside, 'input' | 'output'> {
  /** Its exit status. */
  readonly end: Promise<number>;
}

/** A command for the inside of a service's container. */
export interface InsideCommand {
  readonly argv: readonly string[];
  /** What it needs to log in, which must not be seen in a list of processes. */
  readonly env: Readonly<Record<string, Secret | string>>;
}

/** A command that runs inside. */
export interface Inside {
  /** Its standard input. */
  readonly input: Writable;
  /** Its standard output. */
  readonly output: Readable;
  /** Its exit status and the last lines of its standard error, when it ended. */
  readonly end: Promise<InsideEnd>;
}

export interface InsideEnd {
  readonly exitCode: number;
  readonly errors: readonly string[];
}

/**
 * Written behind a dump that came whole. The end of the input alone tells nothing: it is there too where the other side
 * went away in the middle. A line of its own, and a comment for SQL.
 */
export const dumpEnd = '\n-- slipway: this dump came whole\n';

/** How a kind keeps every change, so that it can be restored as it was at any moment. */
export interface Archive {
  /** Words for its program, with which it puts finished pieces of its log aside, in its volume. */
  readonly options: readonly string[];
  /** Lines: the pieces that wait there to be fetched, the oldest first; not all where there are many. */
  waiting: (login: ServiceLogin) => InsideCommand;
  /** Whether a line of `waiting` is one. */
  isPiece: (name: string) => boolean;
  /** These pieces as a tar to standard output, for the folder of its data. */
  pack: (login: ServiceLogin, names: readonly string[]) => InsideCommand;
  /** They are kept elsewhere now. */
  forget: (login: ServiceLogin, names: readonly string[]) => InsideCommand;
  /** Puts aside what was written until now; ends when that is done. */
  flush: (login: ServiceLogin) => InsideCommand;
  /** Lines, one for each reason why it is behind; none: all is well. */
  stalled: (login: ServiceLogin) => InsideCommand;
  /** What is run in place of its command, in a volume of base files and pieces: up to a moment, or to the last piece. */
  recovering: (until: number | null) => readonly string[];
  /** Ends with 0 once it is there, and nothing of the pieces is left. */
  recovered: (login: ServiceLogin) => InsideCommand;
  /** What it says where nothing was written after that moment, and it gives up: then the last piece is the end. */
  readonly endedShort: RegExp;
}

/** One kind of datastore: all that differs from another one. */
export interface Kind {
  readonly name: KindName;
  /** The image's name without its version. */
  readonly image: string;
  /** The version that a new one gets. */
  readonly version: string;
  readonly port: number;
  /** Folder of the data inside. */
  readonly folder: string;
  /** User of a new one. */
  readonly user: string;
  /** Variables that its image makes a new one by. */
  env(login: ServiceLogin): Readonly<Record<string, Secret | string>>;
  /** What its image is started with, before the words that were set; empty: what the image does by itself. */
  readonly command: readonly string[];
  /** Without the query: `postgres://postgres:secret@slipway-postgres-db:5432/db`. */
  url(login: ServiceLogin, host: string): string;
  /** Path -> text of files that its program reads; what they say of secrets are names of variables. */
  readonly files?: Readonly<Record<string, string>>;
  /** Ends with 0 when it takes requests, over the same way as clients come; null: when its port is open. */
  ready: ((login: ServiceLogin) => InsideCommand) | null;
  /** Its own client, for people; null where its image has none. */
  client: ((login: ServiceLogin) => InsideCommand) | null;
  /** All of its data to standard output; null where it has none worth keeping. */
  dump: ((login: ServiceLogin) => InsideCommand) | null;
  /** Lines of `NAME<tab>NUMBER`: how many rows or keys each part of its data has; null where it cannot tell. */
  count: ((login: ServiceLogin) => InsideCommand) | null;
  /** Lines, one for each thing of it that no dump carries: other databases, further users; null where there can be none. */
  beyond: ((login: ServiceLogin) => InsideCommand) | null;
  /** Lines of `NAME<tab>NUMBER`, by the names of ServiceFacts; null where it says nothing of itself. */
  facts: ((login: ServiceLogin) => InsideCommand) | null;
  /** Its data files as a tar to standard output, while it runs, so that another one starts from them; null: no such way. */
  base: ((login: ServiceLogin) => InsideCommand) | null;
  /** Run in one that was started from the files of another: gives its user the password of this login. */
  adopt: ((login: ServiceLogin) => InsideCommand) | null;
  /** Null: it has no log of its changes, or there is no use of it without base files. */
  readonly archive: Archive | null;
  /** A dump from standard input, with `dumpEnd` behind it, in place of its data; on failure the old data stays. */
  restore: ((login: ServiceLogin) => InsideCommand) | null;
}
