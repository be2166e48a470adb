import { randomId } from '../base/ids.ts';
import type { Backup } from '../model/backup.ts';
import { failure, isFailure } from '../model/failures.ts';
import { countProblems } from '../model/judge-backup.ts';
import type { Service, ServiceName } from '../model/service.ts';
import type { Deps, Work } from './deps.ts';
import { readKept } from './backup-places.ts';
import { discardService } from './remove-service.ts';
import { backupNow, countsOf } from './make-backup.ts';
import { restoreFrom } from './move-data.ts';

/** Failures that say of the backup itself that it is no good; with all others nothing is known. */
const telling = ['E_BACKUP_DAMAGED', 'E_SERVICE_RESTORE'] as const;

/**
 * Restores a backup into a service that is thrown away, counts what is in it and keeps what came of it. Throws where it
 * could not be tried: the place does not answer, the machine has no room.
 */
export async function verifyBackup(
  deps: Deps,
  { service, backup }: { readonly service: Service; readonly backup: Backup },
  work: Work,
): Promise<Backup> {
  const began = performance.now();
  const problems = await problemsOf(deps, { service, backup }, work);
  deps.store.backups.verify(backup.id, {
    at: deps.clock.now(),
    milliseconds: Math.round(performance.now() - began),
    problems,
  });
  return backupNow(deps, backup.id);
}

async function problemsOf(
  deps: Deps,
  { service, backup }: { readonly service: Service; readonly backup: Backup },
  work: Work,
): Promise<readonly string[]> {
  const { signal } = work;
  const copy = throwAway(deps, service);
  try {
    await deps.services.start(copy, signal);
    await deps.services.waitReady(copy, signal);
    await restoreBackup(deps, { from: backup, owner: service, into: copy }, work);
    return countProblems(backup.counts, await countsOf(deps, copy, signal));
  } catch (error) {
    if (!telling.some((code) => isFailure(error, code)) || !(error instanceof Error)) throw error;
    return [error.message];
  } finally {
    await discardService(deps, copy);
  }
}

/** As one that is being made: where slipwayd ends meanwhile, its next start removes it. */
export function throwAway(deps: Deps, service: Service): Service {
  const { id: _id, volume: _volume, state: _state, stopped: _stopped, ...same } = service;
  return deps.store.services.create({
    ...same,
    name: `verify-${randomId(8)}`,
    createdAt: deps.clock.now(),
    createdBy: 'slipway',
  });
}

/** Reads a backup of one service into another one, in place of what that has. Gives how many bytes its dump has. */
export async function restoreBackup(
  deps: Deps,
  { from, owner, into }: { readonly from: Backup; readonly owner: Service; readonly into: Service },
  work: Work,
): Promise<number> {
  const source = await readKept(deps, owner, from);
  return restoreFrom(deps, into, { source, signal: work.signal, out: work.out });
}

/** The backup that a command names, of this very service; the newest that was made without a number. */
export function chosenBackup({ store }: Pick<Deps, 'store'>, service: Service, id: number | null): Backup {
  const made = store.backups.of(service).filter(({ state }) => state === 'made');
  const found = id === null ? made[0] : made.find((backup) => backup.id === id);
  if (found) return found;
  throw missingBackup(service, id);
}

/** E_NOT_FOUND: none with this number, or, without one, none at all. */
export function missingBackup({ kind, name }: ServiceName, id: number | null) {
  const what = id === null ? 'no backup' : `no backup ${id} that was made to its end`;
  return failure('E_NOT_FOUND', `${kind}:${name} has ${what}`, { hint: `slipway ${kind}:backups ${name}` });
}
