import type { Readable } from 'node:stream';
import type { Acme, Prover } from '../acme/acme.ts';
import type { Clock } from '../base/clock.ts';
import type { Failure } from '../base/failure.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Turns } from '../base/turns.ts';
import type { Backups } from '../backup/backup.ts';
import type { Builder, ImageDisk, Images, Sources } from '../builder/builder.ts';
import type { Engine } from '../engine/engine.ts';
import type { Actor } from '../model/access.ts';
import type { App } from '../model/app.ts';
import type { DnsProviderName } from '../model/dns-provider.ts';
import type { BuilderName } from '../model/choose-builder.ts';
import type { Out } from '../model/line.ts';
import type { Names } from '../model/names.ts';
import type { Service } from '../model/service.ts';
import type { Settings } from '../model/settings.ts';
import type { SshKey } from '../model/ssh-key.ts';
import type { Services } from '../service/service.ts';
import type { Credential, Store, StoreKeeper } from '../store/store.ts';
import type { Host } from './host.ts';
import type { CertificateKeeper } from './certificate-keeper.ts';
import type { BuildQueue } from './build-queue.ts';
import type { AppLogs } from './app-logs.ts';
import type { Lanes } from './lanes.ts';
import type { OutputFiles } from './output-files.ts';
import type { Spool } from './spool.ts';
import type { RequestLog } from './request-log.ts';
import type { ReserveFile } from './reserve-file.ts';
import type { Routes } from './routes.ts';

/** All that operations work with. Made in daemon/wire.ts; by test/machine/memory-deps.ts for the ring of ops. */
export interface Deps {
  readonly store: Store;
  readonly storeFile: StoreKeeper;
  readonly engine: Engine;
  readonly services: Services;
  readonly backups: Backups;
  readonly builders: Readonly<Record<BuilderName, Builder>>;
  readonly images: Images;
  readonly imageDisk: ImageDisk;
  readonly sources: Sources;
  readonly routes: Routes;
  readonly lanes: Lanes;
  readonly buildQueue: BuildQueue;
  /** Of what is kept of a service's log, by its id: two who fetch the same pieces take them from each other. */
  readonly archiveTurns: Turns<number>;
  /** What deploys print. */
  readonly deployOutputs: OutputFiles;
  /** What detached jobs print. */
  readonly jobOutputs: OutputFiles;
  /** What was piped into detached jobs. */
  readonly spool: Spool;
  readonly appLogs: AppLogs;
  readonly requestLog: RequestLog;
  readonly doors: Doors;
  readonly host: Host;
  readonly certificateTools: CertificateTools;
  readonly acme: Acme;
  /** What proves domains at a DNS provider, with the login that is kept for it. Throws E_DNS_PROVIDER. */
  readonly dnsProver: (provider: DnsProviderName) => Prover;
  readonly certificates: CertificateKeeper;
  readonly reserve: ReserveFile;
  readonly settings: Settings;
  readonly names: Names;
  readonly clock: Clock;
  readonly log: Log;
  /** Why no app can be changed yet, E_BUSY while slipwayd just starts: slipwayd is starting, or waits for Docker. Null: all is well. */
  readonly startup: { problem: Failure | null };
  /** Told of each step of a deploy before it begins: where a test stops slipwayd. */
  readonly reached: (step: string) => Promise<void>;
  /** Runs work that no caller waits for; its failure is logged as a bug. */
  readonly later: (what: string, work: () => Promise<void>) => void;
  /** Ids of processes that are being taken away: they may still run, but nothing may count on them. */
  readonly retiring: Set<string>;
}

/** The SSH side, as far as operations change it. */
export interface Doors {
  /** Lets in exactly these keys from now on. */
  admit(keys: readonly SshKey[]): Promise<void>;
  /** Whether exactly these are let in now. */
  lets(keys: readonly SshKey[]): Promise<boolean>;
  /** The keys that are let in now. */
  admitted(): Promise<readonly Pick<SshKey, 'name' | 'publicKey'>[]>;
  /** Reads one public key; throws E_KEY. */
  readKey(text: string): Pick<SshKey, 'fingerprint' | 'publicKey'>;
  /** Whether the disk has room for what a push brings. */
  hasRoom(): Promise<boolean>;
  /** The bare repository of an app. */
  repository(app: string): string;
  /** The commit that a branch of its repository is at, or null. */
  branchHead(app: string, branch: string): Promise<string | null>;
  /** The tree of a commit of its repository as a tar. */
  archive(app: string, commit: string): Readable;
  /** Makes it, empty, where it is not there. */
  makeRepository(app: string): Promise<void>;
  removeRepository(app: string): Promise<void>;
  /**
   * Clones a repository from elsewhere, as the user of the door, with a login where one is given and needed. Throws
   * E_DOWNLOAD, E_SOURCE_TOO_LARGE, and E_INPUT for an address that must not be asked or a `ref` (null: its own default)
   * that it does not have.
   */
  fetchRepository(
    address: string,
    options: {
      readonly ref: string | null;
      readonly credential: Credential | undefined;
      readonly signal: AbortSignal;
    },
  ): Promise<FetchedRepository>;
  /** Trusts the SSH keys that a host has now; gives their fingerprints. Throws E_DOWNLOAD. */
  trustHost(
    host: { readonly host: string; readonly port: number },
    signal: AbortSignal,
  ): Promise<readonly string[]>;
  /** Public half of the key that repositories are fetched with by SSH; null where there is none. */
  deployKey(): Promise<string | null>;
  makeDeployKey(): Promise<string>;
  /** Removes clones that a killed slipwayd left. Only for its start. */
  removeClones(): Promise<void>;
  /** Renames it, where there is one; at once, so that it can be the last in a transaction. */
  moveRepository(from: string, to: string): void;
}

/** What is done to certificates that takes a program, or reads an archive. */
export interface CertificateTools {
  /** What is piped in, PEM or a tar of such files, as one text. Throws E_INPUT, E_CERTIFICATE. */
  read(stdin: Readable): Promise<Secret>;
  /** A new key and a certificate for it that signs itself, and the request to have an authority sign it. */
  selfSigned(domain: string): Promise<{ readonly pem: Secret; readonly request: string }>;
}

/** A clone in a folder of its own, until `remove`. */
export interface FetchedRepository {
  /** The commit that was asked for. */
  readonly commit: string;
  /** The branch that was asked for, or the default one. */
  readonly branch: string;
  /** The tree of the commit as a tar. */
  archive(): Readable;
  /** Makes a branch of the app's own repository be at the commit. */
  keep(app: string, branch: string): Promise<void>;
  remove(): Promise<void>;
}

/** One request for an operation. */
export interface Call {
  readonly actor: Actor;
  /** The app that the operation names, loaded and allowed by the dispatcher; null where it names none. */
  readonly app: App | null;
  /** The service that it names, loaded in the same way. */
  readonly service: Service | null;
  readonly out: Out;
  /** Aborted when the caller is gone or has cancelled. */
  readonly signal: AbortSignal;
  /** What is piped in, for operations that read it. */
  readonly stdin: Readable | null;
  /** Where `stdin` is typed in a terminal, that one. */
  readonly terminal: Terminal | null;
  /** Where bytes go that are no text for people; null where nobody takes them. */
  readonly bytes: ByteSink | null;
}

/** What long work tells, and what ends it. */
export type Work = Pick<Call, 'out' | 'signal'>;

/** Resolves when the caller has room for more. */
export type ByteSink = (chunk: Uint8Array) => Promise<void>;

/** The app of an operation that names one. */
export function appOf(call: Call): App {
  if (call.app === null) throw new Error('this operation names no app');
  return call.app;
}

/** The service of an operation that names one. */
export function serviceOf(call: Call): Service {
  if (call.service === null) throw new Error('this operation names no service');
  return call.service;
}
