import type { App } from '../model/app.ts';
import { keptImageTags } from '../model/plan-retire.ts';
import type { ReleaseRecord } from '../model/release.ts';
import { keptReleasesOf } from './app-settings.ts';
import type { Deps } from './deps.ts';

/** Deploys of an app whose output is kept, besides that of releases whose image is. */
export const keptOutputs = 100;

/** Tags of the images that an app needs, as many of them as is set for it; `records` are all its releases, newest first. */
export function keptImagesOf(deps: Deps, app: App, records: readonly ReleaseRecord[]): ReadonlySet<string> {
  return keptImageTags(records, { current: app.current, keep: keptReleasesOf(deps, app) });
}

/** The deploys of an app whose output is kept; `records` are all its releases, newest first. */
export function keptOutputsOf(deps: Deps, app: App, records: readonly ReleaseRecord[]): readonly number[] {
  const tags = keptImagesOf(deps, app, records);
  const releases = records.filter(({ release }) => tags.has(release.image.reference));
  const newest = deps.store.deploys.list(app, keptOutputs);
  return [...newest.map(({ id }) => id), ...releases.map(({ deploy }) => deploy)];
}
