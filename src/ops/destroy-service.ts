import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';

/** Where slipwayd ends meanwhile, its next start goes on. */
export const destroyService: Handler<'postgres:destroy'> = async (deps, call) => {
  const service = serviceOf(call);
  refuseLinked(deps, service);
  call.out.step(`Destroying ${serviceKey(service)}`);
  deps.store.services.set(service.id, { state: 'removing' });
  await deps.services.stop(service);
  await removeService(deps, service);
  return { name: service.name };
};

function refuseLinked({ store }: Deps, service: Service): void {
  const [first, ...more] = store.links.ofService(service.id).map(({ app }) => app);
  if (first === undefined) return;
  throw failure('E_SERVICE_LINKED', `${serviceKey(service)} is linked to ${[first, ...more].join(', ')}`, {
    hint: `slipway ${service.kind}:unlink ${service.name} ${first}`,
  });
}

/** All of it, the row last, so that it can be done again. */
export async function removeService({ services, store }: Deps, service: Service): Promise<void> {
  await services.remove(service, { data: true });
  store.services.remove(service.id);
}
