import { isoTimeOrNull } from '../base/clock.ts';
import type { BackupItem } from '../contract/groups/service-backups.ts';
import type { Backup, BackupPlan } from '../model/backup.ts';
import { nextRun } from '../model/backup-schedule.ts';
import { failure } from '../model/failures.ts';
import { backupStanding } from '../model/judge-backup.ts';
import { type Service, serviceKey } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import { targetOf } from './backup-places.ts';
import type { Call, Deps } from './deps.ts';
import { removeService } from './destroy-service.ts';
import type { Handler } from './handler.ts';
import { loadService } from './load-service.ts';
import { makeBackup } from './make-backup.ts';
import { copyOfService } from './create-service.ts';
import { chosenBackup, restoreBackup, verifyBackup } from './verify-backup.ts';

/** Made, restored, compared: only then it counts. */
export function backupService(kind: KindName): Handler<'postgres:backup'> {
  return async (deps, call, { name, bucket, noVerify }) => {
    const service = loadService(deps, { kind, name });
    call.out.step(`Dumping ${serviceKey(service)}`);
    const backup = await makeBackup(deps, service, { place: bucket, signal: call.signal });
    if (noVerify) return itemOf(backup);
    call.out.step('Restoring it into a service that is thrown away');
    return itemOf(await verifyBackup(deps, { service, backup }, call.signal));
  };
}

export function verifyService(kind: KindName): Handler<'postgres:backup-verify'> {
  return async (deps, call, { name, backup: id }) => {
    const service = loadService(deps, { kind, name });
    const backup = chosenBackup(deps, service, id);
    call.out.step(`Restoring backup ${backup.id} into a service that is thrown away`);
    return itemOf(await verifyBackup(deps, { service, backup }, call.signal));
  };
}

export function listBackups(kind: KindName): Handler<'postgres:backups'> {
  return async (deps, _call, { name }) =>
    deps.store.backups.of(loadService(deps, { kind, name })).map(itemOf);
}

export function restoreService(kind: KindName): Handler<'postgres:restore'> {
  return async (deps, call, { name, backup: id, into }) => {
    const service = loadService(deps, { kind, name });
    const backup = chosenBackup(deps, service, id);
    return into === null
      ? inPlace(deps, call, { service, backup })
      : intoNew(deps, call, { service, backup, name: into });
  };
}

interface Chosen {
  readonly service: Service;
  readonly backup: Backup;
}

async function inPlace(deps: Deps, { out, signal }: Call, { service, backup }: Chosen) {
  out.step(`Backing up what ${serviceKey(service)} has now`);
  const safety = await makeBackup(deps, service, { place: null, signal });
  out.step(`Restoring backup ${backup.id}`);
  await restoreBackup(deps, { from: backup, owner: service, into: service }, signal);
  return { backup: backup.id, service: service.name, safety: safety.id };
}

/** What fails leaves nothing of the new one. */
async function intoNew(
  deps: Deps,
  call: Call,
  { service, backup, name }: Chosen & { readonly name: string },
) {
  const copy = await copyOfService(deps, call, { service, name });
  try {
    call.out.step(`Restoring backup ${backup.id} into ${serviceKey(copy)}`);
    await restoreBackup(deps, { from: backup, owner: service, into: copy }, call.signal);
    deps.store.services.set(copy.id, { state: 'ready' });
  } catch (error) {
    await removeService(deps, copy);
    throw error;
  }
  return { backup: backup.id, service: name, safety: null };
}

export function setBackupAuth(kind: KindName): Handler<'postgres:backup-auth'> {
  return change(kind, (plan, { accessKey, secretKey, region, endpoint }) => ({
    ...plan,
    login: { accessKey, secretKey, region: region ?? 'us-east-1', endpoint },
  }));
}

export function forgetBackupAuth(kind: KindName): Handler<'postgres:backup-deauth'> {
  return change(kind, (plan) => (plan.login === null ? plan : { ...plan, login: null, bucket: null }));
}

export function setEncryption(kind: KindName): Handler<'postgres:backup-set-encryption'> {
  return change(kind, (plan, { passphrase }) => ({ ...plan, passphrase }));
}

export function unsetEncryption(kind: KindName): Handler<'postgres:backup-unset-encryption'> {
  return change(kind, (plan) => (plan.passphrase === null ? plan : { ...plan, passphrase: null }));
}

export function unscheduleBackups(kind: KindName): Handler<'postgres:backup-unschedule'> {
  return change(kind, (plan) => (plan.schedule === null ? plan : { ...plan, schedule: null, keep: null }));
}

/** The place is tried before anything is kept: a schedule that fails at night helps nobody. */
export function scheduleBackups(kind: KindName): Handler<'postgres:backup-schedule'> {
  return async (deps, call, { name, schedule, bucket, keep }) => {
    const service = loadService(deps, { kind, name });
    if (!deps.services.kinds[kind].dump) throw failure('E_INPUT', `${kind} cannot be dumped`);
    const plan = deps.store.backups.plan(service.id);
    if (bucket !== null) {
      call.out.step(`Trying the bucket ${bucket}`);
      await targetOf(deps, plan, bucket).check();
    }
    const since = deps.clock.now();
    deps.store.backups.setPlan(service.id, { ...plan, schedule, bucket, keep, since });
    return { next: new Date(nextRun(schedule, since)).toISOString() };
  };
}

/** A command that changes what is set, and does nothing where it is so already. */
function change<Input extends { readonly name: string }>(
  kind: KindName,
  changed: (plan: BackupPlan, input: Input) => BackupPlan,
) {
  return async (deps: Deps, _call: Call, input: Input): Promise<{ readonly changed: boolean }> => {
    const service = loadService(deps, { kind, name: input.name });
    const before = deps.store.backups.plan(service.id);
    const after = changed(before, input);
    if (after !== before) deps.store.backups.setPlan(service.id, after);
    return { changed: after !== before };
  };
}

function itemOf(backup: Backup): BackupItem {
  const { id, startedAt, place, encrypted, state, dumpBytes, bytes, verified } = backup;
  return {
    id,
    startedAt: new Date(startedAt).toISOString(),
    place,
    encrypted,
    state,
    dumpBytes,
    bytes,
    standing: backupStanding(backup),
    verifiedAt: isoTimeOrNull(verified?.at ?? null),
    verifySeconds: verified && Math.round(verified.milliseconds / 100) / 10,
  };
}
