import type { App } from '../model/app.ts';
import type { Deploy } from '../model/deploy.ts';
import type { Deps } from './deps.ts';

/** The deploy that brought the source which the current image was built from; undefined where it is not known any more. */
export function sourceDeployOf(deps: Deps, app: App): Deploy | undefined {
  return deps.store.deploys
    .list(app, Number.MAX_SAFE_INTEGER)
    .find(
      (deploy) =>
        deploy.state === 'succeeded' &&
        (deploy.kind === 'git' || deploy.kind === 'archive' || deploy.kind === 'image'),
    );
}
