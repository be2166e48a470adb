import { createHash } from 'node:crypto';
import type { App } from '../model/app.ts';
import type { SourceTree } from '../builder/builder.ts';
import { builderSettings, dockerfileSettings, processSettings, settingOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import type { DeployWork } from './deploy-work.ts';
import type { Deps } from './deps.ts';
import { draftOfPending } from './pending-settings.ts';

/** The patterns of `builder:set APP watch-paths`; empty: all is watched. */
function watchPathsOf(deps: Deps, app: App): readonly string[] {
  return settingOf(deps, app, builderSettings.watchPaths)
    .computed.split(/\s+/)
    .filter((pattern) => pattern !== '');
}

/** All that changes what is built of the same files. */
const decisive = [
  ...Object.values(builderSettings),
  ...Object.values(dockerfileSettings),
  processSettings.procfilePath,
  processSettings.startCommand,
];

/** What the watched files are, and how they are built, as a hash; null where the app has no watch-paths. */
export async function watchedFingerprint(deps: Deps, app: App, tree: SourceTree): Promise<string | null> {
  const patterns = watchPathsOf(deps, app);
  if (patterns.length === 0) return null;
  const settings = decisive.map((setting) => settingOf(deps, app, setting).computed);
  const files = await deps.sources.fingerprint(tree, patterns);
  return createHash('sha256')
    .update(JSON.stringify([files, settings]))
    .digest('hex');
}

/**
 * Whether the release that is live was made of just these files, and everything set since has come to be; says so. Not
 * while the app is stopped: a push starts it.
 */
export function isUnchanged(deps: Deps, { app, out }: DeployWork, watched: string | null): boolean {
  const current = currentReleaseOf(deps, app);
  if (!current || app.stopped || watched === null || current.build?.watched !== watched) return false;
  if (draftOfPending(deps, app, current) !== null) return false;
  const paths = watchPathsOf(deps, app).join(', ');
  out.step(`Nothing of ${paths} has changed since v${current.number}: not built`);
  out.detail('To build it all the same: slipway ps:rebuild, or git push -o rebuild');
  return true;
}
