import { mapParallel } from '../base/parallel.ts';
import type { App } from '../model/app.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { endCutOffArchives, endCutOffBackups } from './cut-off-backups.ts';
import type { Deps } from './deps.ts';
import { removeService } from './remove-service.ts';
import { settleService } from './run-service.ts';

/** Services that are looked at at the same time. */
const atOnce = 16;

const { signal } = new AbortController();

/**
 * At the start of slipwayd: links that were cut off are taken back, what was being made or removed goes, what should run
 * is started, what should not is stopped. What cannot be had of one hurts no other, and is in the log.
 */
export async function recoverServices(deps: Deps): Promise<void> {
  deps.store.links.settle();
  endCutOffBackups(deps);
  endCutOffArchives(deps);
  await mapParallel(deps.store.services.all(), atOnce, (service) =>
    guarded(deps, service, () => settle(deps, service)),
  );
}

function settle(deps: Deps, service: Service): Promise<void> {
  return service.state === 'ready' ? settleService(deps, service) : removeService(deps, service);
}

/** Waits until the services that an app is linked to take requests, or are known not to. */
export async function servicesAnswer(deps: Deps, app: App): Promise<void> {
  const linked = deps.store.links.ofApp(app.id).flatMap((link) => deps.store.services.find(link) ?? []);
  const running = linked.filter(({ stopped }) => !stopped);
  await Promise.all(
    running.map((service) => guarded(deps, service, () => deps.services.waitReady(service, signal))),
  );
}

async function guarded({ log }: Deps, service: Service, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (err) {
    log.error({ err, service: serviceKey(service) }, 'a service could not be recovered');
  }
}
