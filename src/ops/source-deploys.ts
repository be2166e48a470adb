import type { App } from '../model/app.ts';
import type { Deploy } from '../model/deploy.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Deps } from './deps.ts';

/**
 * The deploy that brought the source which the current image was built from: after a rollback an earlier one than the
 * last. Undefined before the first deploy. A rebuild has its source, and its subject, from the deploy that brought it.
 */
export function sourceDeployOf(deps: Deps, app: App): Deploy | undefined {
  const reference = currentReleaseOf(deps, app)?.image.reference;
  const deploys = deps.store.deploys.list(app);
  if (reference === undefined) return undefined;
  const id = deps.names.deployOfImage(reference);
  const made = deploys.find((deploy) => deploy.id === id);
  if (made?.kind !== 'rebuild') return made;
  return deploys.find(
    (deploy) =>
      deploy.id < made.id &&
      deploy.state === 'succeeded' &&
      deploy.subject === made.subject &&
      bringsSource(deploy),
  );
}

function bringsSource({ kind }: Deploy): boolean {
  return kind === 'git' || kind === 'archive' || kind === 'image';
}
