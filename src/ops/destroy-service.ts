import { Failure } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import { isVerified, localPlace } from '../model/backup.ts';
import { backupStanding } from '../model/judge-backup.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { archivedOf } from './keep-archive.ts';
import { makeBackup } from './make-backup.ts';
import { removeArchive } from './prune-archive.ts';
import { removeService } from './remove-service.ts';
import { verifyBackup } from './verify-backup.ts';

/** Where slipwayd ends meanwhile, its next start goes on. */
export const destroyService: Handler<'postgres:destroy'> = async (deps, call, { noBackup }) => {
  const service = serviceOf(call);
  refuseLinked(deps, service);
  const backup = noBackup || !deps.services.kinds[service.kind].dump ? null : await lastBackup(deps, call);
  call.out.step(`Destroying ${serviceKey(service)}`);
  deps.store.services.set(service.id, { state: 'removing' });
  const archived = archivedOf(deps, service);
  if (archived) await removeArchive(deps, archived, call.out);
  await deps.routes.closeDoor(serviceKey(service));
  await deps.services.stop(service);
  await removeService(deps, service);
  return { name: service.name, backup };
};

function refuseLinked({ store }: Deps, service: Service): void {
  const [first, ...more] = store.links.ofService(service.id).map(({ app }) => app);
  if (first === undefined) return;
  throw failure('E_SERVICE_LINKED', `${serviceKey(service)} is linked to ${[first, ...more].join(', ')}`, {
    hint: `slipway ${service.kind}:unlink ${service.name} ${first}`,
  });
}

/** Its number. One that does not run is started for it; what cannot be backed up is not destroyed. */
async function lastBackup(deps: Deps, call: Call): Promise<number> {
  const { out, signal } = call;
  const service = serviceOf(call);
  const hint = `slipway ${service.kind}:destroy --no-backup ${service.name} destroys it without a last backup`;
  try {
    out.step(`Backing up ${serviceKey(service)} for the last time`);
    await deps.services.start(service, signal);
    await deps.services.waitReady(service, signal);
    const made = await makeBackup(deps, service, { place: localPlace, signal, out });
    const backup = await verifyBackup(deps, { service, backup: made }, call);
    if (isVerified(backup)) return backup.id;
    throw failure('E_BACKUP_DAMAGED', `Backup ${backup.id} is ${backupStanding(backup, [])}`);
  } catch (error) {
    if (service.stopped) await deps.services.stop(service);
    throw error instanceof Failure ? new Failure(error.code, error.message, { ...error, hint }) : error;
  }
}
