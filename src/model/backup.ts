import type { Secret } from '../base/secret.ts';
import type { ServiceName } from './service.ts';

/** Where backups of a service are kept. */
export type BackupPlace =
  | { readonly kind: 'local' }
  | {
      readonly kind: 's3';
      /** Null: that of AWS. */
      readonly endpoint: string | null;
      readonly region: string;
      readonly bucket: string;
      readonly accessKey: string;
      readonly secretKey: Secret;
    };

/** A login to S3-compatible storage, with the bucket that was last used. */
export interface StorageLogin {
  readonly accessKey: string;
  readonly secretKey: Secret;
  readonly region: string;
  readonly endpoint: string | null;
}

/** What is set for the backups of a service. */
export interface BackupPlan {
  readonly login: StorageLogin | null;
  /** Null: the disk of this machine. */
  readonly bucket: string | null;
  readonly passphrase: Secret | null;
  /** `0 3 * * *`, in UTC; null: none is made by itself. */
  readonly schedule: string | null;
  /** `daily=7,weekly=4`; null: all are kept. */
  readonly keep: string | null;
  /** When the schedule was set: none was due before. */
  readonly since: number;
}

export const noBackupPlan: BackupPlan = {
  login: null,
  bucket: null,
  passphrase: null,
  schedule: null,
  keep: null,
  since: 0,
};

/** Name of a table, or of another part -> how many rows or keys it has. */
export type Counts = Readonly<Record<string, number>>;

/** One backup. It counts only once it was restored: see `verified`. */
export interface Backup extends ServiceName {
  readonly id: number;
  /** The name that it has where it is kept. */
  readonly object: string;
  /** `local`, or the bucket. */
  readonly place: string;
  readonly encrypted: boolean;
  readonly startedAt: number;
  /** Null while it is made. */
  readonly finishedAt: number | null;
  readonly state: BackupState;
  /** Of the dump, and of what is kept. */
  readonly dumpBytes: number;
  readonly bytes: number;
  /** What was counted before and after the dump was made; null where its kind counts nothing. */
  readonly counts: { readonly before: Counts; readonly after: Counts } | null;
  readonly verified: Verification | null;
  readonly failure: string | null;
}

export const backupStates = ['making', 'made', 'failed'] as const;

export type BackupState = (typeof backupStates)[number];

/** What came of restoring a backup into a service that was thrown away. */
export interface Verification {
  readonly at: number;
  readonly milliseconds: number;
  /** Empty: it is whole. */
  readonly problems: readonly string[];
}

/** The word for the disk of this machine among places. */
export const localPlace = 'local';

/** Whether it may be counted upon. */
export function isVerified({ state, verified }: Backup): boolean {
  return state === 'made' && verified !== null && verified.problems.length === 0;
}
