import type { App } from '../model/app.ts';
import { silent } from '../model/line.ts';
import { staleImageTags } from '../model/plan-retire.ts';
import type { Deps } from './deps.ts';
import { sourceDeployOf } from './source-deploys.ts';

/** Deploys whose source may still be there: each clean-up removes those before the last. */
const recentDeploys = 20;

/** Deploys of an app whose logs are kept. */
const keptLogs = 100;

/** Lets go of images, sources and logs that are needed no more. In the app's lane: no deploy is choosing one of them. */
export async function cleanUp(deps: Deps, appName: string): Promise<void> {
  const { signal } = new AbortController();
  const at = deps.clock.now();
  const request = { app: appName, what: 'clean up', actor: 'slipway', at, out: silent, signal };
  await deps.lanes.run(request, async () => {
    const app = deps.store.apps.find(appName);
    if (!app) return;
    await letGoOfOldImages(deps, app);
    await letGoOfOldSources(deps, app);
    await letGoOfOldLogs(deps, app);
  });
}

async function letGoOfOldImages(deps: Deps, app: App): Promise<void> {
  const stale = staleImageTags(deps.store.releases.list(app), app.current);
  for (const tag of stale) await deps.images.untag(tag);
}

/** A rebuild needs the source of the current image; those of the deploys before it go. */
async function letGoOfOldSources(deps: Deps, app: App): Promise<void> {
  const kept = sourceDeployOf(deps, app)?.id;
  const older = deps.store.deploys
    .list(app, recentDeploys)
    .filter((deploy) => deploy.state === 'succeeded' && deploy.id !== kept);
  for (const deploy of older) await deps.sources.remove(deploy.id);
}

/** Deploys that failed clean up nothing, so there may be several. */
async function letGoOfOldLogs(deps: Deps, app: App): Promise<void> {
  const deploys = deps.store.deploys.list(app, keptLogs + recentDeploys);
  for (const { id } of deploys.slice(keptLogs)) await deps.logs.remove(id);
}
