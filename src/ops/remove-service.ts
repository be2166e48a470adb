import { type Service, serviceKey } from '../model/service.ts';
import { retryUntil } from '../base/retry.ts';
import type { Deps } from './deps.ts';
import { runOwnJob } from './own-work.ts';

/** Milliseconds between tries to remove what is left of one: Docker may be away for a while. */
const patience = { firstPause: 1000, maxPause: 10_000, timeout: 300_000 };

/** All of it, the row last, so that it can be done again. */
export async function removeService({ services, store }: Deps, service: Service): Promise<void> {
  await services.remove(service, { data: true });
  store.services.remove(service.id);
}

/**
 * Of one that was not made to its end. What cannot be removed now goes later, at the next start of slipwayd at the latest:
 * why it was not made is what its caller has to be told.
 */
export async function discardService(deps: Deps, service: Service): Promise<void> {
  if (await isRemoved(deps, service)) return;
  deps.later(`remove what is left of ${serviceKey(service)}`, () =>
    runOwnJob(deps, { service, operation: 'clean up' }, async (signal) => {
      const isGone = async () => isOther(deps, service) || (await isRemoved(deps, service)) || undefined;
      await retryUntil(isGone, { ...patience, signal });
    }),
  );
}

/** Somebody else has removed it, and may have made another one of its name. */
function isOther({ store }: Deps, service: Service): boolean {
  return store.services.find(service)?.id !== service.id;
}

async function isRemoved(deps: Deps, service: Service): Promise<boolean> {
  try {
    await removeService(deps, service);
    return true;
  } catch (err) {
    deps.log.warn({ err, service: serviceKey(service) }, 'what is left of a service could not be removed');
    return false;
  }
}
