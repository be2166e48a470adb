import { own } from '../base/own.ts';
import type { Config } from '../model/release.ts';
import { changeRelease } from '../model/plan-release.ts';
import { currentReleaseOf } from './current-release.ts';
import { deploy } from './deploy.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { decodeValue } from '../model/config-key.ts';
import { settledFor } from './pending-settings.ts';

export const setConfig: Handler<'config:set'> = async (deps, call, input) => {
  const given = Object.fromEntries(
    input.pairs.map(({ key, value }) => [key, input.encoded ? decodeValue(key, value) : value]),
  );
  const before = ownConfig(deps, call);
  const change = Object.entries(given).filter(([key, value]) => !own(before, key)?.equals(value));
  tell(call, given, input.show);
  return changeConfig(deps, call, {
    own: { ...before, ...given },
    keys: change.map(([key]) => key),
    description: describe(
      'Set',
      change.map(([key]) => key),
    ),
    restart: !input.noRestart,
  });
};

export const unsetConfig: Handler<'config:unset'> = async (deps, call, input) => {
  const before = ownConfig(deps, call);
  const keys = input.keys.filter((key) => Object.hasOwn(before, key));
  for (const key of keys) call.out.step(`Unsetting ${key}`);
  const rest = Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));
  return changeConfig(deps, call, {
    own: rest,
    keys,
    description: describe('Unset', keys),
    restart: !input.noRestart,
  });
};

/** `Set GREETING, NAME` */
export function describe(verb: 'Set' | 'Unset' | 'Import', keys: readonly string[]): string {
  return `${verb} ${keys.join(', ')}`;
}

function ownConfig(deps: Deps, call: Call): Config {
  return deps.store.config.get(call.app?.id ?? null);
}

function tell(call: Call, given: Config, show: boolean): void {
  call.out.step('Setting config vars');
  for (const [key, value] of Object.entries(given))
    call.out.detail(`${key}: ${show ? value.reveal() : value}`);
}

export interface ConfigChange {
  /** All of the app's own config as it shall be. */
  readonly own: Config;
  /** What differs from before. */
  readonly keys: readonly string[];
  /** Of the release that it makes. */
  readonly description: string;
  readonly restart: boolean;
  /** Stored together with the config. */
  readonly commit?: () => void;
}

/** Stores the config, with a running app by a new release that must prove itself first. */
export async function changeConfig(deps: Deps, call: Call, change: ConfigChange) {
  const { app } = call;
  const nothing = { release: null, replaced: null, urls: [] };
  const store = () => {
    storeConfig(deps, app?.id ?? null, change.own);
    change.commit?.();
  };
  if (change.keys.length === 0) {
    change.commit?.();
    return { ...nothing, changed: false };
  }
  const current = app === null ? undefined : currentReleaseOf(deps, app);
  if (app === null || !current || !change.restart || app.stopped) {
    deps.store.transaction(store);
    if (app === null) call.out.detail('Running apps take it with their next release');
    return { ...nothing, changed: true };
  }
  const { description } = change;
  const config = { ...deps.store.config.get(null), ...change.own };
  const settled = settledFor(deps, app, current);
  const draft = async () => changeRelease(current, { ...settled, config, description });
  return {
    ...(await deploy(deps, call, { kind: 'config', subject: description, draft, commit: store })),
    changed: true,
  };
}

/** Makes the config exactly this. Belongs to the transaction around it, if there is one. */
export function storeConfig(deps: Pick<Deps, 'store'>, app: number | null, config: Config): void {
  deps.store.transaction(() => {
    const gone = Object.keys(deps.store.config.get(app)).filter((key) => !Object.hasOwn(config, key));
    deps.store.config.unset(app, gone);
    deps.store.config.set(app, config);
  });
}
