import { retryUntil } from '../base/retry.ts';
import { type Service, type ServiceName, serviceKey } from '../model/service.ts';
import type { Deps } from './deps.ts';
import { ownJob, runJob } from './run-job.ts';

/** Runs long work on a service that slipwayd does by itself, in its lane. Whoever is in a hurry may cancel it. */
export function runOwnJob(
  deps: Deps,
  { service, operation }: { readonly service: ServiceName; readonly operation: string },
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const lane = serviceKey(service);
  return runJob(deps, ownJob(lane, operation, 'background'), ({ signal }) => {
    deps.lanes.setCancellable(lane, true);
    return work(signal);
  });
}

/** Milliseconds between tries, and for how long: Docker may be away for a while. */
const patience = { firstPause: 1000, maxPause: 10_000, timeout: 600_000 };

/**
 * Does what a failure has left to do with a service: now, and where that fails too, again and again in its lane. Whether it
 * is done. Nothing is to do for one that somebody has removed meanwhile. At its next start slipwayd does all of it anyway.
 */
export async function seeThrough(
  deps: Deps,
  service: Service,
  work: (now: Service) => Promise<void>,
): Promise<boolean> {
  const attempt = async () => {
    const now = deps.store.services.find(service);
    if (now?.id !== service.id) return true;
    try {
      await work(now);
      return true;
    } catch (err) {
      deps.log.warn({ err, service: serviceKey(service) }, 'a service could not be put right');
      return undefined;
    }
  };
  if (await attempt()) return true;
  deps.later(`put ${serviceKey(service)} right`, () =>
    runOwnJob(deps, { service, operation: 'recover' }, async (signal) => {
      await retryUntil(attempt, { ...patience, signal });
    }),
  );
  return false;
}

/** The event of what slipwayd did by itself with a service. */
export function addOwnEvent(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  { kind, name }: ServiceName,
  { verb, outcome }: { readonly verb: string; readonly outcome: string },
): void {
  const operation = `${kind}:${verb}`;
  store.events.add({ at: clock.now(), actor: 'slipway', operation, app: null, subject: name, outcome });
}
