import { isoTimeOrNull } from '../base/clock.ts';
import type { BackupItem } from '../contract/groups/service-backups.ts';
import type { InputOf } from '../contract/operations.ts';
import { type Backup, type BackupPlan, noBackupPlan } from '../model/backup.ts';
import { nextRun } from '../model/backup-schedule.ts';
import { backupStanding } from '../model/judge-backup.ts';
import { parseMoment } from '../model/log-filter.ts';
import { type Service, serviceKey } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import { targetOf } from './backup-places.ts';
import { warnOfRest } from './beyond-dump.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { missingService } from './load-service.ts';
import { makeBackup } from './make-backup.ts';
import { noDump } from './move-data.ts';
import { copyService } from './create-service.ts';
import { restoreMoment } from './restore-moment.ts';
import { chosenBackup, missingBackup, restoreBackup, verifyBackup } from './verify-backup.ts';

/** Made, restored, compared: only then it counts. */
export const backupService: Handler<'postgres:backup'> = async (deps, call, { bucket, noVerify }) => {
  const service = serviceOf(call);
  call.out.step(`Dumping ${serviceKey(service)}`);
  const backup = await makeBackup(deps, service, { place: bucket, signal: call.signal, out: call.out });
  await warnOfRest(deps, { service, out: call.out, signal: call.signal });
  if (noVerify) return itemOf(deps, backup);
  call.out.step('Restoring it into a service that is thrown away');
  return itemOf(deps, await verifyBackup(deps, { service, backup }, call));
};

export const verifyService: Handler<'postgres:backup-verify'> = async (deps, call, { backup: id }) => {
  const service = serviceOf(call);
  const backup = chosenBackup(deps, service, id);
  call.out.step(`Restoring backup ${backup.id} into a service that is thrown away`);
  return itemOf(deps, await verifyBackup(deps, { service, backup }, call));
};

/** Those of a service that was destroyed too. */
export function listBackups(kind: KindName): Handler<'postgres:backups'> {
  return async (deps, _call, { name }) => {
    const all = deps.store.backups.of({ kind, name });
    if (all.length === 0 && !deps.store.services.find({ kind, name })) throw missingService({ kind, name });
    return all.map((backup) => itemOf(deps, backup));
  };
}

/** One of a service that was destroyed too, whose bucket nobody has the login of any more. */
export function removeBackup(kind: KindName): Handler<'postgres:backup-remove'> {
  return async (deps, _call, { name, backup: id }) => {
    const { store } = deps;
    const found = store.backups.of({ kind, name }).find((backup) => backup.id === id);
    if (!found || found.state === 'making') throw missingBackup({ kind, name }, id);
    const service = store.services.find({ kind, name });
    const plan = service ? store.backups.plan(service.id) : noBackupPlan;
    await targetOf(deps, plan, found.place).remove(found.object);
    store.backups.remove(id);
    return { id };
  };
}

export const restoreService: Handler<'postgres:restore'> = async (deps, call, { backup: id, into, at }) => {
  if (at !== null && into !== null) {
    const moment = Date.parse(parseMoment(at, deps.clock.now()));
    const { name } = await restoreMoment(deps, call, { moment, name: into });
    return { backup: null, service: name, safety: null };
  }
  const service = serviceOf(call);
  const backup = chosenBackup(deps, service, id);
  return into === null
    ? inPlace(deps, call, { service, backup })
    : intoNew(deps, call, { service, backup, name: into });
};

interface Chosen {
  readonly service: Service;
  readonly backup: Backup;
}

async function inPlace(deps: Deps, { out, signal }: Call, { service, backup }: Chosen) {
  out.step(`Backing up what ${serviceKey(service)} has now`);
  const safety = await makeBackup(deps, service, { place: null, signal, out });
  out.step(`Restoring backup ${backup.id}`);
  await restoreBackup(deps, { from: backup, owner: service, into: service }, { signal, out });
  return { backup: backup.id, service: service.name, safety: safety.id };
}

async function intoNew(
  deps: Deps,
  call: Call,
  { service, backup, name }: Chosen & { readonly name: string },
) {
  const fill = async (copy: Service) => {
    call.out.step(`Restoring backup ${backup.id} into ${serviceKey(copy)}`);
    await restoreBackup(deps, { from: backup, owner: service, into: copy }, call);
  };
  await copyService(deps, call, { of: service, name, fill });
  return { backup: backup.id, service: name, safety: null };
}

export const setBackupAuth = change<'postgres:backup-auth'>(
  (plan, { accessKey, secretKey, region, endpoint }) => ({
    ...plan,
    login: { accessKey, secretKey, region: region ?? 'us-east-1', endpoint },
  }),
);

export const forgetBackupAuth = change<'postgres:backup-deauth'>((plan) =>
  plan.login === null ? plan : { ...plan, login: null, bucket: null },
);

export const setEncryption = change<'postgres:backup-set-encryption'>((plan, { passphrase }) => ({
  ...plan,
  passphrase,
}));

export const unsetEncryption = change<'postgres:backup-unset-encryption'>((plan) =>
  plan.passphrase === null ? plan : { ...plan, passphrase: null },
);

export const unscheduleBackups = change<'postgres:backup-unschedule'>((plan) =>
  plan.schedule === null ? plan : { ...plan, schedule: null, keep: null },
);

/** The place is tried before anything is kept: a schedule that fails at night helps nobody. */
export const scheduleBackups: Handler<'postgres:backup-schedule'> = async (
  deps,
  call,
  { schedule, bucket, keep },
) => {
  const service = serviceOf(call);
  if (!deps.services.kinds[service.kind].dump) throw noDump(service.kind);
  const plan = deps.store.backups.plan(service.id);
  if (bucket !== null) {
    call.out.step(`Trying the bucket ${bucket}`);
    await targetOf(deps, plan, bucket).check();
  }
  const since = deps.clock.now();
  deps.store.backups.setPlan(service.id, { ...plan, schedule, bucket, keep, since });
  return { next: new Date(nextRun(schedule, since)).toISOString() };
};

type Setting =
  | 'postgres:backup-auth'
  | 'postgres:backup-deauth'
  | 'postgres:backup-set-encryption'
  | 'postgres:backup-unset-encryption'
  | 'postgres:backup-unschedule';

/** A command that changes what is set, and does nothing where it is so already. */
function change<Name extends Setting>(changed: (plan: BackupPlan, input: InputOf<Name>) => BackupPlan) {
  return async (deps: Deps, call: Call, input: InputOf<Name>): Promise<{ readonly changed: boolean }> => {
    const service = serviceOf(call);
    const before = deps.store.backups.plan(service.id);
    const after = changed(before, input);
    if (after !== before) deps.store.backups.setPlan(service.id, after);
    return { changed: after !== before };
  };
}

function itemOf({ store }: Deps, backup: Backup): BackupItem {
  const { id, startedAt, place, encrypted, state, dumpBytes, bytes, verified } = backup;
  return {
    id,
    startedAt: new Date(startedAt).toISOString(),
    place,
    encrypted,
    state,
    dumpBytes,
    bytes,
    standing: backupStanding(backup, store.backups.of(backup)),
    verifiedAt: isoTimeOrNull(verified?.at ?? null),
    verifySeconds: verified && Math.round(verified.milliseconds / 100) / 10,
  };
}
