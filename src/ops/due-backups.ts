import type { Backup } from '../model/backup.ts';
import { expired, parseRetention } from '../model/backup-retention.ts';
import { nextRun } from '../model/backup-schedule.ts';
import { isVerified } from '../model/backup.ts';
import { silent } from '../model/line.ts';
import { earlierOf, shrinkage } from '../model/judge-backup.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { targetOf } from './backup-places.ts';
import type { Deps } from './deps.ts';
import { makeBackup } from './make-backup.ts';
import { addOwnEvent, runOwnJob } from './own-work.ts';
import { outcomeOf } from './run-job.ts';
import { verifyBackup } from './verify-backup.ts';

/** When the next backup of a service is due; null where none is made by itself. */
export function backupDue({ store }: Pick<Deps, 'store'>, service: Service): number | null {
  const { schedule, since } = store.backups.plan(service.id);
  if (schedule === null) return null;
  const last = store.backups.of(service)[0]?.startedAt ?? 0;
  return nextRun(schedule, Math.max(last, since));
}

/** Makes the backups that are due now, each in the lane of its service; returns when all have ended. */
export async function runDueBackups(deps: Deps): Promise<void> {
  const now = deps.clock.now();
  const due = deps.store.services.all().filter((service) => {
    const at = service.state === 'ready' && !service.stopped ? backupDue(deps, service) : null;
    return at !== null && at <= now && !deps.lanes.busy.has(serviceKey(service));
  });
  await Promise.all(due.map((service) => runOne(deps, service)));
}

/** What fails is an event and in the log; the next time comes all the same. */
async function runOne(deps: Deps, service: Service): Promise<void> {
  let outcome = 'ok';
  try {
    await runOwnJob(deps, { service, operation: 'backup' }, async (signal) => {
      const backup = await makeBackup(deps, service, { place: null, signal, out: silent });
      outcome = judged(deps, await verifyBackup(deps, { service, backup }, { signal, out: silent }));
      await removeExpired(deps, service);
    });
  } catch (err) {
    outcome = outcomeOf(err);
    deps.log.error({ err, service: serviceKey(service) }, 'a backup failed');
  }
  addOwnEvent(deps, service, { verb: 'backup', outcome });
}

function judged({ store }: Deps, backup: Backup): string {
  if (!isVerified(backup)) return 'E_BACKUP_DAMAGED';
  return shrinkage(backup, earlierOf(backup, store.backups.of(backup))) === null ? 'ok' : 'E_BACKUP_SHRUNK';
}

/** Lets go of what the plan does not keep. */
export async function removeExpired(deps: Deps, service: Service): Promise<void> {
  const plan = deps.store.backups.plan(service.id);
  if (plan.keep === null) return;
  const made = deps.store.backups.of(service).filter(({ state }) => state === 'made');
  const gone = expired(made.map(dated), parseRetention(plan.keep));
  for (const backup of made.filter(({ id }) => gone.includes(id))) {
    await targetOf(deps, plan, backup.place).remove(backup.object);
    deps.store.backups.remove(backup.id);
  }
}

function dated(backup: Backup) {
  return { id: backup.id, at: backup.startedAt, verified: isVerified(backup) };
}
