import { failure, isFailure } from '../model/failures.ts';
import { placeText } from '../model/place.ts';
import type { ServedDoor } from '../model/route.ts';
import { type Service, serviceKey, stoppedService } from '../model/service.ts';
import { type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';

/** Ports that are tried, from that of its kind on, where none is said. */
const tries = 50;

/** By the router, which stands under the machine's firewall as any program does; its container is not touched. */
export const exposeService: Handler<'postgres:expose'> = async (deps, call, { place }) => {
  const service = serviceOf(call);
  const { kind, name } = service;
  if (service.exposed)
    throw failure('E_EXISTS', `${serviceKey(service)} is exposed at ${placeText(service.exposed)}`, {
      hint: `slipway ${kind}:unexpose ${name}`,
    });
  const address = place?.address ?? '127.0.0.1';
  const port = await openFirst(deps, service, { address, ports: portsFor(deps, service, place?.port) });
  deps.store.services.set(service.id, { exposed: { address, port } });
  return { address, port };
};

export const unexposeService: Handler<'postgres:unexpose'> = async (deps, call) => {
  const service = serviceOf(call);
  deps.store.services.set(service.id, { exposed: null });
  await deps.routes.closeDoor(serviceKey(service));
  return { changed: service.exposed !== null };
};

/** Those that may be tried, without those of other services. Throws E_PORT_TAKEN. */
function portsFor(deps: Deps, { kind }: Service, wanted: number | undefined): readonly [number, ...number[]] {
  const first = deps.services.kinds[kind].port;
  const ports = wanted === undefined ? Array.from({ length: tries }, (_, more) => first + more) : [wanted];
  const taken = new Map(
    deps.store.services
      .all()
      .flatMap((other) => (other.exposed ? [[other.exposed.port, serviceKey(other)]] : [])),
  );
  const [free, ...more] = ports.filter((port) => !taken.has(port));
  if (free !== undefined) return [free, ...more];
  throw failure('E_PORT_TAKEN', `${taken.get(ports[0] ?? 0)} is exposed at port ${ports[0]}`);
}

/** Opens the first of the ports that is to be had. Throws what the last one was refused for. */
async function openFirst(
  deps: Deps,
  service: Service,
  { address, ports }: { readonly address: string; readonly ports: readonly number[] },
): Promise<number> {
  const door = await doorOf(deps, { ...service, exposed: { address, port: 0 } });
  if (!door) throw stoppedService(service);
  const last = ports.at(-1);
  for (const port of ports) {
    try {
      await deps.routes.openDoor({ ...door, port });
      return port;
    } catch (error) {
      if (port === last || !isFailure(error, 'E_PORT_TAKEN')) throw error;
    }
  }
  throw new Error('there is no port to try');
}

/** Undefined for one that is not exposed, or does not run. */
async function doorOf(deps: Deps, service: Service): Promise<ServedDoor | undefined> {
  if (!service.exposed) return undefined;
  const address = await deps.services.address(service);
  if (address === null) return undefined;
  const to = { address, port: deps.services.kinds[service.kind].port };
  return { service: serviceKey(service), ...service.exposed, to };
}

/** Of all services that are exposed and run. */
export async function doorsOf(deps: Deps): Promise<readonly ServedDoor[]> {
  const doors = await Promise.all(deps.store.services.all().map((service) => doorOf(deps, service)));
  return doors.filter((door) => door !== undefined);
}

/** After a start, which may have given it another address. Says why, where its place is not to be had any more. */
export async function reopenDoor(deps: Deps, service: Service): Promise<string | null> {
  const door = await doorOf(deps, service);
  try {
    if (door) await deps.routes.openDoor(door);
    return null;
  } catch (error) {
    if (!isFailure(error, 'E_PORT_TAKEN')) throw error;
    return `It is not exposed: ${error.message}`;
  }
}
