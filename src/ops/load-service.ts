import { failure } from '../model/failures.ts';
import type { Service, ServiceName } from '../model/service.ts';
import { serviceKinds } from '../model/service-kind.ts';
import type { Linked } from '../model/plan-link.ts';
import type { Deps } from './deps.ts';

/** The only way from a name to a service. Throws E_SERVICE_MISSING. */
export function loadService(deps: Pick<Deps, 'store'>, { kind, name }: ServiceName): Service {
  const service = deps.store.services.find({ kind, name });
  if (service && service.state !== 'removing') return service;
  throw failure('E_SERVICE_MISSING', `${serviceKinds[kind].title} service ${name} does not exist`, {
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
