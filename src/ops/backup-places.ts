import { type BackupPlace, type BackupPlan, localPlace } from '../model/backup.ts';
import { failure } from '../model/failures.ts';
import type { BackupTarget } from '../backup/backup.ts';
import type { Deps } from './deps.ts';

/** Where a backup is kept by this name: `local`, or a bucket at the storage whose login is set. Throws E_INPUT without one. */
export function targetOf(deps: Pick<Deps, 'backups'>, plan: BackupPlan, place: string): BackupTarget {
  return deps.backups.open(placeOf(plan, place));
}

function placeOf({ login }: BackupPlan, place: string): BackupPlace {
  if (place === localPlace) return { kind: 'local' };
  if (login) return { kind: 's3', bucket: place, ...login };
  throw failure('E_INPUT', `The bucket ${place} needs a login`, {
    hint: 'slipway KIND:backup-auth NAME ACCESS-KEY SECRET-KEY [REGION] [ENDPOINT]',
  });
}
