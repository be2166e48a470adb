import { applyWishes, changeRelease, sameConfig, type ReleaseChange } from '../model/plan-release.ts';
import { withModes } from '../model/check-mode.ts';
import type { App } from '../model/app.ts';
import type { Release } from '../model/release.ts';
import { configOf, domainsOf, processSettingsOf, wishesOf } from './app-settings.ts';
import type { DeployOrder } from './deploy-work.ts';
import type { Deps } from './deps.ts';

type Settled = Required<Omit<ReleaseChange, 'description'>>;

/**
 * What the next release of an app has in place of this one's, its image and processes being the same: all as it is set
 * now. It differs where something was kept for the next release: `config:set --no-restart`, the global config and
 * domains, `ps:scale --skip-deploy`, `ps:set`, and all that was set while the app was stopped.
 */
export function settledFor(deps: Deps, app: App, base: Release): Settled {
  const { global, own } = configOf(deps, app);
  const { stopTimeout, restartPolicy, revisionVariable, checkModes } = processSettingsOf(deps, app);
  return {
    config: { ...global, ...own },
    processes: withModes(base.processes, checkModes),
    formation: applyWishes(base.formation, wishesOf(deps, app)),
    domains: domainsOf(deps, app),
    stopTimeout,
    restartPolicy,
    revisionVariable,
  };
}

/** For an order that starts a release again: a release with what was kept for the next one, or null where nothing was. */
export function draftOfPending(deps: Deps, app: App, base: Release): DeployOrder['draft'] {
  const settled = settledFor(deps, app, base);
  const { config, ...rest } = settled;
  const parts = Object.keys(rest) as (keyof typeof rest)[];
  const isSame =
    sameConfig(config, base.config) &&
    parts.every((part) => JSON.stringify(rest[part]) === JSON.stringify(base[part]));
  const description = `Take what was set since v${base.number}`;
  return isSame ? null : async () => changeRelease(base, { ...settled, description });
}
