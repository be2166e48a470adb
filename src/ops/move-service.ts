import { localPlace } from '../model/backup.ts';
import { failure } from '../model/failures.ts';
import { countProblems } from '../model/judge-backup.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import { archiveAnew, archivedOf, fetchAll } from './keep-archive.ts';
import { countsOf, makeBackup } from './make-backup.ts';
import { answering, goBack } from './run-service.ts';
import { restoreBackup } from './verify-backup.ts';
import type { Version } from './wanted-version.ts';

const { signal: always } = new AbortController();

/**
 * Moves the data of a service to another version of its program, by a backup, into a volume of its own. Meanwhile nobody
 * reaches it, so that nothing is written that would be lost; the store has the new version once all of the data is in it,
 * and only then is it open again. What fails before leaves the service as it was.
 */
export async function moveService(deps: Deps, call: Call, wanted: Version): Promise<void> {
  const { out, signal } = call;
  const service = serviceOf(call);
  const moved = { ...service, ...wanted, volume: await nextVolume(deps, service) };
  try {
    out.step(`Closing ${serviceKey(service)} to its apps`);
    await deps.services.startClosed(service, signal);
    await deps.services.waitReady(service, signal);
    const archived = archivedOf(deps, service);
    if (archived) await fetchAll(deps, archived, signal);
    // What is put aside from here on is not of the data files of before.
    await deps.archiveTurns.run(service.id, async () => {
      await fill(deps, call, moved);
      keepMoved(deps, { from: service, to: moved });
    });
  } catch (error) {
    await goBack(deps, call);
    throw error;
  }
  // It has moved: no caller that is gone keeps it from its apps.
  await answering(deps, { ...call, signal: always }, moved);
}

/** The version of before is kept as it was. */
function keepMoved(deps: Deps, { from, to }: { readonly from: Service; readonly to: Service }): void {
  const { image, size, env, options, volume } = to;
  const kept = { image: from.image, volume: from.volume, options: from.options, since: deps.clock.now() };
  deps.store.transaction(() => {
    deps.store.services.set(from.id, { image, size, env, options, volume, kept, filling: null });
    archiveAnew(deps, from);
  });
}

async function fill(deps: Deps, call: Call, moved: Service): Promise<void> {
  const { out, signal } = call;
  const service = serviceOf(call);
  out.step('Backing up its data');
  const backup = await makeBackup(deps, service, { place: localPlace, signal, out });
  deps.store.services.set(service.id, { filling: moved.volume });
  out.step(`Starting ${moved.image.reference} with a volume of its own`);
  await deps.services.startClosed(moved, signal);
  await deps.reached('upgrade begun');
  await deps.services.waitReady(moved, signal);
  out.step(`Moving the data, from backup ${backup.id}`);
  await restoreBackup(deps, { from: backup, owner: service, into: moved }, call);
  const problems = countProblems(backup.counts, await countsOf(deps, moved, signal));
  if (problems.length > 0)
    throw failure('E_SERVICE_RESTORE', 'Not all of the data was moved', { detail: problems });
  signal.throwIfAborted();
}

/** No volume that was ever filled is filled again. */
async function nextVolume(deps: Deps, service: Service): Promise<number> {
  return Math.max(service.volume, ...(await deps.services.volumes(service))) + 1;
}
