import type { Operation } from '../contract/operation.ts';
import { failure } from '../model/failures.ts';
import type { Linked } from '../model/plan-link.ts';
import { type Service, type ServiceName } from '../model/service.ts';
import { serviceKinds } from '../model/service-kind.ts';
import type { Deps } from './deps.ts';
import type { Input } from './load-app.ts';

/** The service that a call names; null for an operation that names none, or makes it. */
export function namedService(row: Operation, input: Input): ServiceName | null {
  return row.service === undefined ? null : { kind: row.service, name: String(input['name']) };
}

/** The only way from a name to a service. Throws E_SERVICE_MISSING. */
export function loadService(deps: Pick<Deps, 'store'>, row: Operation, input: Input): Service | null {
  const named = namedService(row, input);
  if (named === null || row.serviceMayBeMissing === true) return null;
  const service = deps.store.services.find(named);
  if (service && service.state !== 'removing') return service;
  throw missingService(named);
}

export function missingService({ kind, name }: ServiceName) {
  return failure('E_SERVICE_MISSING', `${serviceKinds[kind].title} service ${name} does not exist`, {
    hint: `slipway ${kind}:list shows those that are there; slipway ${kind}:create ${name} makes it`,
  });
}

/** Its address as linked apps are told it. */
export function linkedService(
  { services, names }: Pick<Deps, 'services' | 'names'>,
  service: Service,
): Linked {
  const { kind, name, login } = service;
  return { kind, name, url: services.kinds[kind].url(login, names.serviceHost(service)) };
}
