import { type ServiceName, serviceKey } from '../model/service.ts';
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

/** The event of what slipwayd did by itself with a service. */
export function addOwnEvent(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  { kind, name }: ServiceName,
  { verb, outcome }: { readonly verb: string; readonly outcome: string },
): void {
  const operation = `${kind}:${verb}`;
  store.events.add({ at: clock.now(), actor: 'slipway', operation, app: null, subject: name, outcome });
}
