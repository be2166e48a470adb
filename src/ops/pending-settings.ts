import { applyWishes, changeRelease, sameConfig, type ReleaseChange } from '../model/plan-release.ts';
import type { App } from '../model/app.ts';
import type { Release } from '../model/release.ts';
import { configOf, domainsOf, stopTimeoutOf, wishesOf } from './app-settings.ts';
import type { DeployOrder } from './deploy-work.ts';
import type { Deps } from './deps.ts';

type Settled = Required<Pick<ReleaseChange, 'config' | 'formation' | 'domains' | 'stopTimeout'>>;

/**
 * What the next release of an app has in place of this one's, its image and processes being the same: all as it is set
 * now. It differs where something was kept for the next release: `config:set --no-restart`, the global config and
 * domains, `ps:scale --skip-deploy`, `ps:set`, and all that was set while the app was stopped.
 */
export function settledFor(deps: Deps, app: App, base: Release): Settled {
  const { global, own } = configOf(deps, app);
  return {
    config: { ...global, ...own },
    formation: applyWishes(base.formation, wishesOf(deps, app)),
    domains: domainsOf(deps, app),
    stopTimeout: stopTimeoutOf(deps, app.name),
  };
}

/** For an order that starts a release again: a release with what was kept for the next one, or null where nothing was. */
export function draftOfPending(deps: Deps, app: App, base: Release): DeployOrder['draft'] {
  const settled = settledFor(deps, app, base);
  const isSame =
    sameConfig(settled.config, base.config) &&
    JSON.stringify(settled.formation) === JSON.stringify(base.formation) &&
    settled.domains.join() === base.domains.join() &&
    settled.stopTimeout === base.stopTimeout;
  const description = `Take what was set since v${base.number}`;
  return isSame ? null : async () => changeRelease(base, { ...settled, description });
}
