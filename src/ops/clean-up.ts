import type { App } from '../model/app.ts';
import { staleImageTags } from '../model/plan-retire.ts';
import type { ReleaseRecord } from '../model/release.ts';
import { keptReleasesOf } from './app-settings.ts';
import type { Deps } from './deps.ts';
import { ownJob, runJob } from './run-job.ts';
import { sourceDeployOf } from './source-deploys.ts';
import { keptOutputs, keptOutputsOf } from './still-needed.ts';

/** Deploys whose source may still be there: each clean-up removes those before the last. */
const recentDeploys = 20;

/** Jobs of all apps that stay known after their end. */
const keptJobs = 1000;

/** Lets go of images, sources, outputs and jobs that are needed no more. In the app's lane: no deploy is choosing one of them. */
export async function cleanUp(deps: Deps, appName: string): Promise<void> {
  await runJob(deps, ownJob(appName, 'clean up', 'background'), async () => {
    const app = deps.store.apps.find(appName);
    if (!app) return;
    const records = deps.store.releases.list(app);
    await letGoOfOldImages(deps, app, records);
    await letGoOfOldSources(deps, app);
    await letGoOfOldJobs(deps);
    await letGoOfOldOutputs(deps, app, records);
  });
}

async function letGoOfOldImages(deps: Deps, app: App, records: readonly ReleaseRecord[]): Promise<void> {
  const limits = { current: app.current, keep: keptReleasesOf(deps, app) };
  for (const tag of staleImageTags(records, limits)) await deps.images.untag(tag);
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
async function letGoOfOldOutputs(deps: Deps, app: App, records: readonly ReleaseRecord[]): Promise<void> {
  const kept = new Set(keptOutputsOf(deps, app, records));
  const deploys = deps.store.deploys.list(app, keptOutputs + recentDeploys);
  for (const { id } of deploys) if (!kept.has(id)) await deps.deployOutputs.remove(id);
}

/** Of all apps: those before the last thousand, with what they printed. */
export async function letGoOfOldJobs(deps: Deps): Promise<void> {
  for (const id of deps.store.jobs.prune(keptJobs)) await deps.jobOutputs.remove(id);
}
