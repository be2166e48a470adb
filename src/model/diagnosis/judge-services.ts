import { counted } from '../counted.ts';
import { isLoopback, placeText } from '../place.ts';
import type { Place } from '../route.ts';
import { type Service, type ServiceName, serviceKey } from '../service.ts';
import { areaOf, type Finding, problemsOr } from './finding.ts';

/** What is wanted of a service, and what was found. */
export interface ServiceWish {
  readonly service: Pick<Service, 'kind' | 'name' | 'stopped' | 'exposed'>;
  readonly state: 'running' | 'restarting' | 'stopped';
  /** Names of volumes of it that it does not use. */
  readonly stray: readonly string[];
  /** Whether the router listens for it, where it is exposed. */
  readonly isOpen: boolean;
}

const services = areaOf('Services');

/** Whether each datastore that should run does, and whose data is here that nobody knows. `present`: all that was found. */
export function judgeServices(
  wishes: readonly ServiceWish[],
  present: readonly ServiceName[],
): readonly Finding[] {
  const known = new Set(wishes.map(({ service }) => serviceKey(service)));
  const problems = [
    ...wishes.flatMap(judgeOne),
    ...wishes.flatMap(strayOf),
    ...present
      .filter((one) => !known.has(serviceKey(one)))
      .map((one) =>
        services.warning(
          `Containers or data of ${serviceKey(one)} are here, and no service is called so`,
          `docker volume ls --filter label=slipway.service=${serviceKey(one)} shows the data; nothing removes it by itself`,
        ),
      ),
  ];
  return problemsOr(problems, services.ok(counted(wishes.length, 'service')));
}

function strayOf({ service, stray }: ServiceWish): readonly Finding[] {
  if (stray.length === 0) return [];
  return [
    services.warning(
      `${serviceKey(service)} does not use the data in ${stray.join(', ')}: the store may be older than its last upgrade`,
      `slipway ${service.kind}:info ${service.name} names what it uses; what is not needed: docker volume rm ${stray.join(' ')}`,
    ),
  ];
}

function judgeOne({ service, state, isOpen }: ServiceWish): readonly Finding[] {
  const { kind, name, stopped, exposed } = service;
  if (state === 'restarting')
    return [services.broken(`${serviceKey(service)} ends again and again`, `slipway ${kind}:logs ${name}`)];
  if (state === 'stopped')
    return stopped
      ? []
      : [services.broken(`${serviceKey(service)} does not run`, `slipway ${kind}:start ${name}`)];
  return exposed ? judgeDoor(service, exposed, isOpen) : [];
}

function judgeDoor({ kind, name }: ServiceName, exposed: Place, isOpen: boolean): readonly Finding[] {
  const key = serviceKey({ kind, name });
  if (!isOpen)
    return [
      services.broken(
        `${key} is not reached at ${placeText(exposed)}, where it is exposed`,
        `free that port, then slipway ${kind}:restart ${name}; or slipway ${kind}:unexpose ${name}`,
      ),
    ];
  if (isLoopback(exposed.address)) return [];
  return [
    services.warning(
      `${key} is exposed at ${placeText(exposed)}, and what is sent there is not encrypted`,
      `slipway ${kind}:unexpose ${name} and ${kind}:expose ${name}, and ssh -L, unless all who reach it may`,
    ),
  ];
}
