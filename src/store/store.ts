import type { Failure } from '../base/failure.ts';
import type { Secret } from '../base/secret.ts';
import type { AcmeAccount } from '../model/acme-account.ts';
import type { AcmeAttempt, AcmeAttemptEnd } from '../model/acme-attempt.ts';
import type { App } from '../model/app.ts';
import type { ArchiveFile, ArchivePlan } from '../model/archive.ts';
import type { Backup, BackupPlan, Verification } from '../model/backup.ts';
import type { Certificate, KeyPair } from '../model/certificate.ts';
import type { Deploy, DeployEnd, NewDeploy } from '../model/deploy.ts';
import type { Drained } from '../model/drain.ts';
import type { EventRecord } from '../model/event.ts';
import type { Job, JobEnd, NewJob } from '../model/job.ts';
import type { Config, Release, ReleaseRecord, ReleaseState } from '../model/release.ts';
import type { Service, ServiceLink, ServiceName } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import type { SshKey } from '../model/ssh-key.ts';

/**
 * The wish, kept: SQLite in WAL mode with synchronous=FULL, one writer. All calls are synchronous and durable when they
 * return. `transaction` groups several; calls made inside it belong to it.
 */
export interface Store {
  readonly apps: AppRows;
  readonly config: ConfigRows;
  readonly properties: PropertyRows;
  readonly domains: DomainRows;
  readonly releases: ReleaseRows;
  readonly deploys: DeployRows;
  readonly events: EventRows;
  readonly jobs: JobRows;
  readonly keys: KeyRows;
  readonly access: AccessRows;
  readonly credentials: CredentialRows;
  readonly certificates: CertificateRows;
  readonly acmeAccounts: AcmeAccountRows;
  readonly acmeAttempts: AcmeAttemptRows;
  readonly dnsLogins: DnsLoginRows;
  readonly services: ServiceRows;
  readonly links: LinkRows;
  readonly backups: BackupRows;
  readonly archives: ArchiveRows;
  transaction<T>(work: () => T): T;
  /** What a full look through the file finds wrong; empty: nothing. */
  check(): readonly string[];
  /** Writes all of it as a new file, on the disk when it returns; the file is a store. */
  copyTo(path: string): void;
  close(): void;
}

/**
 * The file that a store is kept in, with its copies. Where it cannot be used, `problem` says why, and all that is asked of
 * `store` fails with it, until `open` or `restore` makes it usable.
 */
export interface StoreKeeper {
  readonly store: Store;
  readonly problem: Failure | null;
  /** Tries to use the file as it is. One that is missing is made, but not where there are copies of one. */
  open(): void;
  /** Newest first. */
  copies(): readonly StoreCopy[];
  /** A copy now, in place of the oldest one. Throws E_STORE, E_DISK_FULL. */
  copy(): StoreCopy;
  /**
   * Sets the file aside and goes on with the newest copy that passes its check, or with an empty store where there is
   * none, in one step with what `edit` does to it. Throws E_STORE_KEY where no copy fits the key, and whatever keeps the
   * copy from being put in place; then nothing was changed.
   */
  restore(edit: (store: Store) => void): Restored;
}

/** A copy of the store, and when it was taken: milliseconds since 1970. */
export interface StoreCopy {
  readonly path: string;
  readonly at: number;
}

/** What `restore` did. */
export interface Restored {
  /** The folder where the files from before are kept. */
  readonly setAside: string;
  /** Null: no copy could be used, and the store is empty. */
  readonly from: StoreCopy | null;
  /** Newer copies that could not be used, and why. */
  readonly passedOver: readonly { readonly copy: StoreCopy; readonly why: Failure }[];
}

export interface AppRows {
  /** Throws E_APP_EXISTS. */
  create(name: string, at: number): App;
  find(name: string): App | undefined;
  /** Throws E_APP_EXISTS. */
  rename(id: number, name: string): void;
  /** All, by name. */
  all(): readonly App[];
  set(id: number, change: Partial<Pick<App, 'current' | 'stopped' | 'locked' | 'deployBranch'>>): void;
  /** Its next release gets a number above this one. */
  skipReleases(id: number, upTo: number): void;
  /** With all that belongs to it, but for its events. */
  remove(id: number): void;
}

/** `app` is the app's id, or null for the global one. */
export interface ConfigRows {
  get(app: number | null): Config;
  set(app: number | null, values: Config): void;
  unset(app: number | null, keys: readonly string[]): void;
}

/** Settings by name: `git.keep-git-dir`, `ps.stop-timeout`, and the formation. Values are text; JSON where structured. */
export interface PropertyRows {
  get(app: number | null, name: string): string | undefined;
  set(app: number | null, name: string, value: string): void;
  unset(app: number | null, name: string): void;
  all(app: number | null): Readonly<Record<string, string>>;
}

/** Domains that were added; the default ones follow from the settings and are not stored. */
export interface DomainRows {
  /** In the order they were added. */
  of(app: number | null): readonly string[];
  /** All own domains of all apps: domain -> app name. */
  owners(): ReadonlyMap<string, string>;
  replace(app: number | null, domains: readonly string[]): void;
}

export interface ReleaseRows {
  /** Records it as pending, with the next number of the app; the number in the argument is ignored. */
  record(
    app: App,
    release: Omit<Release, 'number' | 'app'>,
    by: { deploy: number; actor: string; at: number },
  ): ReleaseRecord;
  find(app: App, number: number): ReleaseRecord | undefined;
  /** Newest first. */
  list(app: App): readonly ReleaseRecord[];
  setState(app: App, number: number, state: ReleaseState): void;
}

export interface DeployRows {
  /** Ids count up over all apps. */
  create(app: App, deploy: NewDeploy): Deploy;
  find(id: number): Deploy | undefined;
  /** The next one gets an id above this one. */
  skipTo(id: number): void;
  /** Newest first; all, or the newest so many. */
  list(app: App, limit?: number): readonly Deploy[];
  /** Those that a builder made or makes an image for, newest first. */
  builds(app: App, limit: number): readonly Deploy[];
  /** Those of all apps that have no end. */
  unfinished(): readonly Deploy[];
  start(id: number, at: number): void;
  setRelease(id: number, release: number): void;
  setBuilder(id: number, builder: string): void;
  /** Nothing where the deploy is gone with its app. */
  setDrained(id: number, drained: Drained): void;
  finish(id: number, end: DeployEnd): void;
}

export interface EventRows {
  add(event: Omit<EventRecord, 'id'>): EventRecord;
  /** Newest first; of one app, of these apps, or of all and the server; with ids above `after`. */
  list(query: {
    app?: string | undefined;
    apps?: readonly string[] | undefined;
    limit: number;
    after?: number | undefined;
  }): readonly EventRecord[];
}

export interface JobRows {
  /** Ids count up over all apps. */
  create(job: NewJob): Job;
  find(id: number): Job | undefined;
  /** What a detached job has still to do; undefined for one that has ended, or is bound to its caller. */
  order(id: number): Secret | undefined;
  /** Newest first, all without a limit; of one app, of these, or of all. */
  list(query: {
    app?: string | undefined;
    apps?: readonly string[] | undefined;
    limit?: number;
  }): readonly Job[];
  /** Waiting and running ones, oldest first. */
  unfinished(): readonly Job[];
  start(id: number, at: number): void;
  /** Makes it wait again. */
  requeue(id: number): void;
  finish(id: number, end: JobEnd): void;
  /** The next one gets an id above this one. */
  skipTo(id: number): void;
  /** The app is called so now; those that still wait name it as they were asked to. */
  rename(from: string, to: string): void;
  /** Forgets the ended ones of an app. */
  forget(app: string): void;
  /** Forgets the ended ones before the newest so many; gives their ids. */
  prune(keep: number): readonly number[];
}

export interface KeyRows {
  /** Throws E_EXISTS for a name or a fingerprint that is there. */
  add(key: SshKey): void;
  all(): readonly SshKey[];
  find(name: string): SshKey | undefined;
  remove(name: string): void;
}

/** Which apps a key of the role `deployer` may work on; `app` is the app's id. */
export interface AccessRows {
  /** Whether that is new. */
  grant(key: string, app: number): boolean;
  /** Whether it was there. */
  revoke(key: string, app: number): boolean;
  /** Names of apps, in their order. */
  appsOf(key: string): readonly string[];
}

/** How slipwayd logs in to a host. */
export interface Credential {
  readonly username: string;
  readonly password: Secret;
}

/** Logins to hosts that repositories are fetched from, by `host` or `host:port`. */
export interface CredentialRows {
  set(host: string, credential: Credential): void;
  /** Whether it was there. */
  remove(host: string): boolean;
  find(host: string): Credential | undefined;
  hosts(): readonly string[];
}

export interface NewCertificate {
  /** Id of the app that it is for; null: for all. */
  readonly app: number | null;
  readonly ordered: string | null;
  readonly directory: string | null;
  readonly pair: KeyPair;
  readonly by: string;
  readonly at: number;
}

export interface CertificateRows {
  add(certificate: NewCertificate): Certificate;
  /** Of all apps, in the order they were added. */
  all(): readonly Certificate[];
  remove(id: number): void;
}

/** One for each directory of a certificate authority. */
export interface AcmeAccountRows {
  find(directory: string): AcmeAccount | undefined;
  all(): readonly AcmeAccount[];
  set(account: AcmeAccount): void;
  remove(directory: string): void;
}

/** Logins at DNS providers, by the provider's name: names of values -> values. */
export interface DnsLoginRows {
  set(provider: string, values: Config): void;
  find(provider: string): Config | undefined;
}

export type NewService = Omit<
  Service,
  'id' | 'volume' | 'state' | 'stopped' | 'kept' | 'filling' | 'exposed' | 'archived'
>;

export type ServiceChange = Partial<
  Omit<Service, 'id' | 'kind' | 'name' | 'createdAt' | 'createdBy' | 'login'>
>;

export interface ServiceRows {
  /** As one in the making. Throws E_EXISTS. */
  create(service: NewService): Service;
  find(service: ServiceName): Service | undefined;
  /** By kind and name; of one kind, or of all. */
  all(kind?: KindName): readonly Service[];
  /** Those of which every change is kept. */
  archived(): readonly Service[];
  set(id: number, change: ServiceChange): void;
  /** What upgrades fill is not known any more: a store that is older than the volumes says nothing of them. */
  forgetFilling(): void;
  /** With its links. */
  remove(id: number): void;
}

export type NewBackup = Pick<Backup, 'kind' | 'name' | 'object' | 'place' | 'encrypted' | 'startedAt'>;

export type BackupEnd = Pick<Backup, 'dumpBytes' | 'bytes' | 'counts' | 'failure'> & {
  readonly state: 'made' | 'failed';
  readonly at: number;
};

/** Plans by the id of the service; backups by its name, since they outlive it. */
export interface BackupRows {
  plan(service: number): BackupPlan;
  setPlan(service: number, plan: BackupPlan): void;
  /** As one that is being made. */
  begin(backup: NewBackup): Backup;
  end(id: number, end: BackupEnd): void;
  verify(id: number, verification: Verification): void;
  find(id: number): Backup | undefined;
  /** Newest first. */
  of(service: ServiceName): readonly Backup[];
  unfinished(): readonly Backup[];
  remove(id: number): void;
}

/** By the id of the service, with which they go. */
export interface ArchiveRows {
  /** Null: none is kept. */
  plan(service: number): ArchivePlan | null;
  setPlan(service: number, plan: ArchivePlan): void;
  removePlan(service: number): void;
  /** Those that are whole, in the order of their `at`. */
  files(service: number): readonly ArchiveFile[];
  /** Those that are bases: few, where parts of the log are many. */
  bases(service: number): readonly ArchiveFile[];
  /** As one that is being written. Gives its id. */
  begin(service: number, file: NewArchiveFile): number;
  end(id: number, end: Pick<ArchiveFile, 'bytes' | 'at'>): void;
  /** Those whose writing was cut off; at the start of slipwayd nothing else is being written. */
  unfinished(): readonly (Pick<ArchiveFile, 'id' | 'place' | 'object'> & { readonly service: number })[];
  remove(id: number): void;
}

export type NewArchiveFile = Omit<ArchiveFile, 'id' | 'bytes' | 'at'>;

/** Which apps may reach which services; both by their ids. Those of an app go with it. */
export interface LinkRows {
  ofService(service: number): readonly ServiceLink[];
  ofApp(app: number): readonly ServiceLink[];
  set(service: number, app: number, link: Pick<ServiceLink, 'state' | 'query'>): void;
  remove(service: number, app: number): void;
  /** Takes back what was cut off. Only for the start of slipwayd. */
  settle(): void;
}

export interface AcmeAttemptRows {
  /** Before the first step, so that one that is cut off counts. Gives its id. */
  begin(attempt: Pick<AcmeAttempt, 'domain' | 'directory' | 'renews' | 'at'>): number;
  end(id: number, end: AcmeAttemptEnd): void;
  /** Newest first. */
  since(at: number): readonly AcmeAttempt[];
  /** Forgets those before. */
  prune(before: number): void;
}

/** Encrypts what must not stand readable in the file. */
export interface Sealer {
  seal(secret: Secret): Uint8Array;
  /** Throws when the text was changed or the key is another one: it never gives a wrong value. */
  open(sealed: Uint8Array): Secret;
}
