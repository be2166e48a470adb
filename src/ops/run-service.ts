import { failure } from '../model/failures.ts';
import { type Service, serviceKey, strayVolumes } from '../model/service.ts';
import type { Call, Deps } from './deps.ts';
import { reopenDoor } from './expose-service.ts';
import { seeThrough } from './own-work.ts';

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
  const isSettled = await seeThrough(deps, now, (service) => settleService(deps, service));
  if (!isSettled) out.warning('It could not be started just now, and is as soon as that is possible');
  // Where it does not answer as it was either, the first reason is the one that matters.
  else if (!now.stopped) await deps.services.waitReady(now, always).catch(() => {});
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
