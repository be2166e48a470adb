import type { Service } from '../model/service.ts';
import type { Deps } from './deps.ts';
import { seeThrough } from './own-work.ts';

/** All of it, the row last, so that it can be done again. */
export async function removeService({ services, store }: Deps, service: Service): Promise<void> {
  await services.remove(service, { data: true });
  store.services.remove(service.id);
}

/** Of one that was not made to its end: why it was not is what its caller has to be told. */
export async function discardService(deps: Deps, service: Service): Promise<void> {
  await seeThrough(deps, service, (now) => removeService(deps, now));
}
