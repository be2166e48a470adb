import { localPlace } from '../model/backup.ts';
import { failure } from '../model/failures.ts';
import { countProblems } from '../model/judge-backup.ts';
import { type Service, serviceKey, strayVolumes } from '../model/service.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import { reopenDoor } from './expose-service.ts';
import { archivedOf, fetchAll } from './keep-archive.ts';
import { countsOf, makeBackup } from './make-backup.ts';
import { restoreBackup } from './verify-backup.ts';
import type { Version } from './wanted-version.ts';

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
    await fill(deps, call, moved);
    const { image, volume, options } = service;
    const kept = { image, volume, options, since: deps.clock.now() };
    deps.store.services.set(service.id, { ...wanted, volume: moved.volume, kept, filling: null });
    archiveAnew(deps, service);
  } catch (error) {
    await goBack(deps, call);
    throw error;
  }
  await runsAgain(deps, call, moved);
}

/** What was kept of its changes does not go with other data files: those need a base of their own. */
export function archiveAnew({ store, clock }: Deps, { id }: Service): void {
  const plan = store.archives.plan(id);
  if (plan) store.archives.setPlan(id, { ...plan, since: clock.now() });
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
  const counted = await countsOf(deps, moved, signal);
  const problems = backup.counts && counted ? countProblems(backup.counts, counted) : [];
  if (problems.length > 0)
    throw failure('E_SERVICE_RESTORE', 'Not all of the data was moved', { detail: problems });
  signal.throwIfAborted();
}

/** No volume that was ever filled is filled again. */
async function nextVolume(deps: Deps, service: Service): Promise<number> {
  return Math.max(service.volume, ...(await deps.services.volumes(service))) + 1;
}

const { signal: always } = new AbortController();

/**
 * Makes it run as the store has it, and removes what an upgrade has begun to fill. Throws E_STORE for one whose store is
 * older than its last upgrade: what runs of it is not ended for data of before.
 */
export async function settleService(deps: Deps, service: Service): Promise<void> {
  await refuseNewer(deps, service);
  await (service.stopped ? deps.services.stop(service) : deps.services.start(service, always));
  const { filling } = service;
  if (filling === null) return;
  await deps.services.removeVolume({ ...service, volume: filling });
  deps.store.services.set(service.id, { filling: null });
}

/** Throws E_STORE, as settleService does. */
export async function refuseNewer(deps: Deps, service: Service): Promise<void> {
  const stray = strayVolumes(service, await deps.services.volumes(service));
  const newer = stray.filter((number) => number > service.volume);
  if (newer.length === 0) return;
  const volumes = newer.map((volume) => deps.names.volume({ ...service, volume })).join(', ');
  throw failure('E_STORE', `${serviceKey(service)} has newer data than the store knows: ${volumes}`, {
    hint: `slipway ${service.kind}:export ${service.name} while that runs, then import it into a new service`,
  });
}

/** After a failure, whose reason the caller tells. */
export async function goBack(deps: Deps, { service, out }: Call): Promise<void> {
  const now = service && deps.store.services.find(service);
  if (!now) return;
  out.warning(`It failed: ${serviceKey(now)} goes on as it was, ${now.image.reference}`);
  await settleService(deps, now);
  // Where it does not answer as it was either, the first reason is the one that matters.
  if (!now.stopped) await deps.services.waitReady(now, always).catch(() => {});
}

/** Starts it for all who may reach it, and waits until it answers. */
export async function answering(deps: Deps, { out, signal }: Call, service: Service): Promise<void> {
  out.step(`Starting ${serviceKey(service)}, ${service.image.reference}`);
  await refuseNewer(deps, service);
  await deps.services.start(service, signal);
  await deps.services.waitReady(service, signal);
  const problem = await reopenDoor(deps, service);
  if (problem !== null) out.warning(problem);
}

/** What was stopped before is so again; anything else is open to its apps. */
export async function runsAgain(deps: Deps, call: Call, service: Service): Promise<void> {
  if (service.stopped) await deps.services.stop(service);
  else await answering(deps, { ...call, signal: always }, service);
}
