import { type BackupPlace, type BackupPlan, localPlace } from '../model/backup.ts';
import { failure } from '../model/failures.ts';
import type { Service } from '../model/service.ts';
import type { Readable } from 'node:stream';
import type { BackupTarget } from '../backup/backup.ts';
import type { Deps } from './deps.ts';

/** Where a backup is kept by this name: `local`, or a bucket at the storage whose login is set. Throws E_INPUT without one. */
export function targetOf(deps: Pick<Deps, 'backups'>, plan: BackupPlan, place: string): BackupTarget {
  return deps.backups.open(placeOf(plan, place));
}

/** What was kept of a service, as it was before it was sealed. */
export async function readKept(
  { store, backups }: Pick<Deps, 'store' | 'backups'>,
  { id }: Service,
  { place, object }: { readonly place: string; readonly object: string },
): Promise<Readable> {
  const plan = store.backups.plan(id);
  const sealed = await targetOf({ backups }, plan, place).read(object);
  return backups.unsealed(sealed, plan.passphrase);
}

function placeOf({ login }: BackupPlan, place: string): BackupPlace {
  if (place === localPlace) return { kind: 'local' };
  if (login) return { kind: 's3', bucket: place, ...login };
  throw failure('E_INPUT', `The bucket ${place} needs a login`, {
    hint: 'slipway KIND:backup-auth NAME ACCESS-KEY SECRET-KEY [REGION] [ENDPOINT]',
  });
}
