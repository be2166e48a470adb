import type { Readable } from 'node:stream';
import type { Secret } from '../base/secret.ts';
import type { BackupPlace } from '../model/backup.ts';
import type { BackupTarget } from './backup.ts';
import type { Backups } from './backup.ts';
import { LocalTarget } from './local-target.ts';
import { S3Target } from './s3/s3-target.ts';
import { sealed, unsealed } from './seal.ts';

/** The places that there are, and the one format. */
export class AllBackups implements Backups {
  readonly #folder: string;
  readonly #ca: string;

  /** `folder`: where those of the place `local` lie. `ca`: further certificate authorities to trust, as PEM. */
  constructor({ folder, ca }: { readonly folder: string; readonly ca: string }) {
    this.#folder = folder;
    this.#ca = ca;
  }

  open(place: BackupPlace): BackupTarget {
    return place.kind === 'local' ? new LocalTarget(this.#folder) : new S3Target(place, { ca: this.#ca });
  }

  sealed(dump: Readable, passphrase: Secret | null): Readable {
    return sealed(dump, passphrase && { by: 'passphrase', passphrase });
  }

  unsealed(backup: Readable, passphrase: Secret | null): Readable {
    return unsealed(backup, passphrase && { by: 'passphrase', passphrase });
  }
}
