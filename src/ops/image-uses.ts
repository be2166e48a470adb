import { currentReleaseOf } from './current-release.ts';
import type { Call, Deps } from './deps.ts';
import { visibleApps } from './visible-apps.ts';

/** Names of images -> the apps whose current release was built from an image of that name. */
export function appsByBase(deps: Deps, call: Call): ReadonlyMap<string, readonly string[]> {
  const uses = new Map<string, string[]>();
  for (const app of visibleApps(deps, call))
    for (const { name } of currentReleaseOf(deps, app)?.build?.bases ?? [])
      uses.set(name, [...(uses.get(name) ?? []), app.name]);
  return uses;
}
