import type { App } from '../model/app.ts';
import { keptImageTags } from '../model/plan-retire.ts';
import type { ReleaseRecord } from '../model/release.ts';
import { keptReleasesOf } from './app-settings.ts';
import type { Deps } from './deps.ts';

/** Tags of the images that an app needs, as many of them as is set for it; `records` are all its releases, newest first. */
export function keptImagesOf(deps: Deps, app: App, records: readonly ReleaseRecord[]): ReadonlySet<string> {
  return keptImageTags(records, { current: app.current, keep: keptReleasesOf(deps, app) });
}
