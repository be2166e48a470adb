import { failure } from '../model/failures.ts';
import { type Service, serviceKey, stoppedService } from '../model/service.ts';
import { laterVersion, sharesData, splitReference } from '../model/service-version.ts';
import { beyondDump } from './beyond-dump.ts';
import { type Call, type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { noDump } from './move-data.ts';
import { moveService } from './move-service.ts';
import { answering, goBack } from './run-service.ts';
import { type Version, wantedVersion, type Wishes } from './wanted-version.ts';

/**
 * Another image, size, options. Where its data has to be moved, it gets a volume of its own, and that of before is kept.
 * What fails, or is cut off, leaves the service as it was.
 */
export const upgradeService: Handler<'postgres:upgrade'> = async (deps, call, { name: _name, ...asked }) => {
  const service = serviceOf(call);
  const wishes = withVersion(deps, service, asked);
  const wanted = await wantedVersion(deps, call, { kind: service.kind, wishes, like: service });
  const [from, to] = [service.image.reference, wanted.image.reference];
  if (isAsWanted(service, wanted)) return { from, to, changed: false, kept: null };
  if (sharesData(from, to)) {
    await remake(deps, call, wanted);
    return { from, to, changed: true, kept: null };
  }
  await refuseUnmovable(deps, call);
  await moveService(deps, call, wanted);
  return { from, to, changed: true, kept: deps.names.volume(service) };
};

/** Where nothing at all is wished: the version that new ones get, if that is a later one. */
function withVersion(deps: Deps, service: Service, asked: Wishes): Wishes {
  if (Object.values(asked).some((wish) => wish !== null)) return asked;
  const { version } = splitReference(service.image.reference);
  return { ...asked, imageVersion: laterVersion(version, deps.services.kinds[service.kind].version) };
}

/** Values of its variables are not compared, since they may be secrets: given ones are others. */
function isAsWanted(service: Service, wanted: Version): boolean {
  const plain = ({ image, size, options }: Version) =>
    JSON.stringify([image.reference, image.id, size.memory, size.shm, options]);
  return wanted.env === service.env && plain(service) === plain(wanted);
}

/** With the same data. It is kept once it answers. */
async function remake(deps: Deps, call: Call, wanted: Version): Promise<void> {
  const service = serviceOf(call);
  try {
    await answering(deps, call, { ...service, ...wanted });
    deps.store.services.set(service.id, wanted);
  } catch (error) {
    await goBack(deps, call);
    throw error;
  }
  if (service.stopped) await deps.services.stop(service);
}

/** Before anything is done. */
async function refuseUnmovable(deps: Deps, call: Call): Promise<void> {
  const service = serviceOf(call);
  const { kind, name } = service;
  if (!deps.services.kinds[kind].dump) throw noDump(kind);
  if (service.kept)
    throw failure('E_EXISTS', `The data of before the last upgrade of ${serviceKey(service)} is still kept`, {
      hint: `slipway ${kind}:upgrade-finish ${name} removes it`,
    });
  if (service.stopped) throw stoppedService(service);
  const rest = await beyondDump(deps, service, call.signal);
  if (rest.length > 0)
    throw failure('E_SERVICE_DUMP', `${serviceKey(service)} has more than is moved: ${rest.join(', ')}`, {
      hint: `remove that, or move it yourself into a new service: slipway ${kind}:connect ${name}`,
    });
}
