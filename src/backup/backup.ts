import type { Readable } from 'node:stream';
import type { Secret } from '../base/secret.ts';
import type { BackupPlace } from '../model/backup.ts';

/** Where backups go, and what they look like there. */
export interface Backups {
  /** Nothing is asked of the place until something is read or written. */
  open(place: BackupPlace): BackupTarget;
  /** A dump, compressed and, with a passphrase, encrypted. Fails with what the dump fails with. */
  sealed(dump: Readable, passphrase: Secret | null): Readable;
  /** The dump of what was sealed. E_BACKUP_DAMAGED, E_BACKUP_KEY; never a part as if it were all. */
  unsealed(backup: Readable, passphrase: Secret | null): Readable;
}

export interface StoredObject {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A place where backups are kept. Drivers: local, s3; each passes backup-target.contract.ts. A name that can be listed is whole. */
export interface BackupTarget {
  /** As it comes, flat in memory. Throws what the source throws, and E_BACKUP_TARGET; then nothing of it is there. */
  write(
    name: string,
    source: Readable,
    options: { readonly signal: AbortSignal },
  ): Promise<{ readonly bytes: number; readonly sha256: string }>;
  /** Throws E_NOT_FOUND. */
  read(name: string): Promise<Readable>;
  /** Those whose names begin so. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** One that is gone already is fine. */
  remove(name: string): Promise<void>;
  /** Throws E_BACKUP_TARGET where nothing can be written and read there. */
  check(): Promise<void>;
}
