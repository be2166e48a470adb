import { endpointId, endpointOf } from '../model/plan-routes.ts';
import type { App } from '../model/app.ts';
import type { RunningProcess } from '../model/process.ts';
import { stopTimeoutOf } from './app-settings.ts';
import type { Deps } from './deps.ts';
import { sourceDeployOf } from './source-deploys.ts';

/** Releases whose images are kept for a rollback. */
const keptReleases = 10;
/** Deploys whose source may still be there: each retire removes the one before it. */
const recentDeploys = 20;

/**
 * Takes processes away that no route leads to any more: waits until their requests are done, then SIGTERM, then removes
 * them; then lets go of images that no kept release needs.
 */
export async function retire(
  deps: Deps,
  appName: string,
  processes: readonly RunningProcess[],
): Promise<void> {
  for (const { id } of processes) deps.retiring.add(id);
  try {
    await drainAndRemove(deps, appName, processes);
  } finally {
    for (const { id } of processes) deps.retiring.delete(id);
  }
  const app = deps.store.apps.find(appName);
  if (!app) return;
  await letGoOfOldImages(deps, app);
  await letGoOfOldSources(deps, app);
}

async function drainAndRemove(
  deps: Deps,
  appName: string,
  processes: readonly RunningProcess[],
): Promise<void> {
  const seconds = stopTimeoutOf(deps, appName);
  await drain(deps, appName, { processes, seconds });
  if (processes.length > 0) await deps.engine.remove(processes, seconds);
}

/** Waits until the router has no request left to these processes, to which no route leads; after `seconds` it cuts them. */
export async function drain(
  deps: Deps,
  appName: string,
  what: { readonly processes: readonly RunningProcess[]; readonly seconds: number },
): Promise<void> {
  const routed = what.processes.filter((process) => endpointOf(process).length > 0).map(endpointId);
  if (routed.length === 0) return;
  const { signal } = new AbortController();
  await deps.routes.router.drain(appName, routed, { timeout: what.seconds * 1000, signal });
}

/** A rebuild needs the source of the current image; those of the deploys before it go. */
async function letGoOfOldSources(deps: Deps, app: App): Promise<void> {
  const kept = sourceDeployOf(deps, app)?.id;
  const older = deps.store.deploys
    .list(app, recentDeploys)
    .filter((deploy) => deploy.state === 'succeeded' && deploy.id !== kept);
  for (const deploy of older) await deps.sources.remove(deploy.id);
}

async function letGoOfOldImages(deps: Deps, app: App): Promise<void> {
  const records = deps.store.releases.list(app);
  const passed = records.filter((record) => record.state !== 'failed');
  const kept = passed.filter(
    (record, at) => at < keptReleases || record.release.number === app.current || record.state === 'pending',
  );
  const keptTags = new Set(kept.map((record) => record.release.image.reference));
  const old = new Set(
    records.map((record) => record.release.image.reference).filter((tag) => !keptTags.has(tag)),
  );
  for (const tag of old) await deps.images.untag(tag);
}
