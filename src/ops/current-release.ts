import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import type { Release, ReleaseRecord } from '../model/release.ts';
import type { Deps } from './deps.ts';

/** The release that is live. Throws E_NOT_DEPLOYED before the first one. */
export function currentRelease(deps: Deps, app: App): Release {
  const release = currentReleaseOf(deps, app);
  if (!release) throw failure('E_NOT_DEPLOYED', `App ${app.name} has not been deployed yet`);
  return release;
}

/** The same, undefined before the first one. */
export function currentReleaseOf(deps: Deps, app: App): Release | undefined {
  return currentRecordOf(deps, app)?.release;
}

export function currentRecordOf(deps: Deps, app: App): ReleaseRecord | undefined {
  return app.current === null ? undefined : deps.store.releases.find(app, app.current);
}
