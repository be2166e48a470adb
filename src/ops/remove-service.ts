import type { Service } from '../model/service.ts';
import type { Deps } from './deps.ts';

/** All of it, the row last, so that it can be done again. */
export async function removeService({ services, store }: Deps, service: Service): Promise<void> {
  await services.remove(service, { data: true });
  store.services.remove(service.id);
}
