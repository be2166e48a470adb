import { failure } from '../model/failures.ts';
import { type Service, serviceKey, stoppedService } from '../model/service.ts';
import { localPlace } from '../model/backup.ts';
import { targetOf } from './backup-places.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { type Archived, archivedOf, fetchAll, keepBase, noArchive } from './keep-archive.ts';
import { answering, goBack } from './run-service.ts';
import { proveArchive } from './prove-archive.ts';
import { removeArchive } from './prune-archive.ts';

/** It counts from the first base on; where that fails, nothing is as if it had been asked for. */
export const archiveService: Handler<'postgres:backup-archive'> = async (deps, call, { bucket, keep }) => {
  const service = serviceOf(call);
  const place = bucket ?? deps.store.backups.plan(service.id).bucket ?? localPlace;
  refuseUnarchivable(deps, service);
  if (place !== localPlace) call.out.step(`Trying the bucket ${place}`);
  await targetOf(deps, deps.store.backups.plan(service.id), place).check();
  const plan = { place, keepDays: keep ?? 7, since: deps.clock.now(), provenAt: null };
  const archived = { service: { ...service, archived: true }, plan };
  try {
    await answering(deps, call, archived.service);
    begin(deps, archived);
    call.out.step(`Copying the files of ${serviceKey(service)}`);
    await keepBase(deps, archived, call.signal);
    await fetchAll(deps, archived, call.signal);
    call.out.step('Restoring it into a service that is thrown away');
    await proveArchive(deps, archived, call.signal);
  } catch (error) {
    await end(deps, call, archived);
    await goBack(deps, call);
    throw error;
  }
  return { place, keepDays: plan.keepDays };
};

export const unarchiveService: Handler<'postgres:backup-unarchive'> = async (deps, call) => {
  const service = serviceOf(call);
  const archived = archivedOf(deps, service);
  if (!archived) return { changed: false };
  call.out.step('Removing what was kept');
  await end(deps, call, archived);
  if (!service.stopped) await answering(deps, call, { ...service, archived: false });
  return { changed: true };
};

function begin({ store }: Deps, { service, plan }: Archived): void {
  store.transaction(() => {
    store.services.set(service.id, { archived: true });
    store.archives.setPlan(service.id, plan);
  });
}

async function end(deps: Deps, { out }: Call, archived: Archived): Promise<void> {
  await removeArchive(deps, archived, out);
  deps.store.services.set(archived.service.id, { archived: false });
}

function refuseUnarchivable(deps: Deps, service: Service): void {
  const { kind, name } = service;
  if (!deps.services.kinds[kind].archive) throw noArchive(kind);
  if (service.archived)
    throw failure('E_EXISTS', `Every change of ${serviceKey(service)} is kept already`, {
      hint: `slipway ${kind}:info ${name}`,
    });
  if (service.stopped) throw stoppedService(service);
}
