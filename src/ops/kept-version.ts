import { failure } from '../model/failures.ts';
import { type KeptVersion, type Service, serviceKey } from '../model/service.ts';
import { serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { archiveAnew, archivedOf, fetchLast } from './keep-archive.ts';
import { answering, goBack } from './run-service.ts';

/** The two change places: nothing is removed, and a second time it is as before. */
export const undoUpgrade: Handler<'postgres:upgrade-undo'> = async (deps, call) => {
  const service = serviceOf(call);
  const { since: _since, ...before } = keptOf(service);
  const { image, volume, options } = service;
  const swap = (change: Pick<Service, 'image' | 'volume' | 'options' | 'kept'>) =>
    deps.store.transaction(() => {
      deps.store.services.set(service.id, change);
      archiveAnew(deps, service);
    });
  const kept = { image, volume, options, since: deps.clock.now() };
  const other = { ...service, ...before, kept };
  const archived = archivedOf(deps, service);
  if (archived && !service.stopped) await fetchLast(deps, call, archived);
  await deps.archiveTurns.run(service.id, async () => {
    swap(other);
    try {
      if (service.stopped) await deps.services.stop(other);
      else await answering(deps, call, other);
    } catch (error) {
      swap(service);
      await goBack(deps, call);
      throw error;
    }
  });
  return { from: image.reference, to: before.image.reference };
};

export const finishUpgrade: Handler<'postgres:upgrade-finish'> = async (deps, call) => {
  const service = serviceOf(call);
  const { image, volume } = keptOf(service);
  call.out.step(`Removing the data of ${image.reference}`);
  await deps.services.removeVolume({ ...service, volume });
  deps.store.services.set(service.id, { kept: null });
  return { removed: deps.names.volume({ ...service, volume }) };
};

function keptOf(service: Service): KeptVersion {
  if (service.kept) return service.kept;
  throw failure('E_NOT_FOUND', `${serviceKey(service)} keeps no version of before an upgrade`, {
    hint: `slipway ${service.kind}:info ${service.name}`,
  });
}
