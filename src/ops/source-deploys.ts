import type { App } from '../model/app.ts';
import type { Deploy } from '../model/deploy.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Deps } from './deps.ts';

/**
 * The deploy that brought the source which the current image was built from: after a rollback an earlier one than the
 * last. Undefined before the first deploy. A rebuild has its source, and its subject, from the deploy that brought it.
 */
export function sourceDeployOf(deps: Deps, app: App): Deploy | undefined {
  const made = imageDeployOf(deps, app);
  if (made?.kind !== 'rebuild') return made;
  const isBefore = ({ id, state, subject }: Deploy) =>
    id < made.id && state === 'succeeded' && subject === made.subject;
  return deps.store.deploys.list(app).find((deploy) => isBefore(deploy) && bringsSource(deploy));
}

/** The deploy that made the current image, which its tag tells. */
function imageDeployOf(deps: Deps, app: App): Deploy | undefined {
  const reference = currentReleaseOf(deps, app)?.image.reference;
  const id = reference === undefined ? undefined : deps.names.deployOfImage(reference);
  const deploy = id === undefined ? undefined : deps.store.deploys.find(id);
  return deploy?.app === app.name ? deploy : undefined;
}

/** Without a release it was not built: its source is what was there already, and was not kept. */
function bringsSource({ kind, release }: Deploy): boolean {
  return release !== null && (kind === 'git' || kind === 'archive' || kind === 'image');
}
