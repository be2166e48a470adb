import type { App } from '../model/app.ts';
import { keptImageTags } from '../model/plan-retire.ts';
import { keptReleasesOf } from './app-settings.ts';
import type { Deps } from './deps.ts';

/** Deploys of an app whose output is kept, besides that of releases whose image is. */
export const keptOutputs = 100;

/** Tags of the images that releases of an app can be gone back to with. */
export function keptTagsOf(deps: Deps, app: App): readonly string[] {
  const keep = keptReleasesOf(deps, app);
  return [...keptImageTags(deps.store.releases.list(app), { current: app.current, keep })];
}

/** The deploys of an app whose output is kept. */
export function keptOutputsOf(deps: Deps, app: App): readonly number[] {
  const tags = new Set(keptTagsOf(deps, app));
  const releases = deps.store.releases.list(app).filter(({ release }) => tags.has(release.image.reference));
  const newest = deps.store.deploys.list(app, keptOutputs);
  return [...newest.map(({ id }) => id), ...releases.map(({ deploy }) => deploy)];
}
