import { own } from '../base/own.ts';
import type { Config } from '../model/release.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';

export const showConfig: Handler<'config:show'> = async (deps, call) =>
  Object.fromEntries(Object.entries(configFor(deps, call)).map(([key, value]) => [key, value.reveal()]));

export const getConfig: Handler<'config:get'> = async (deps, call, { key }) => ({
  value: own(configFor(deps, call), key)?.reveal() ?? null,
});

export const listConfigKeys: Handler<'config:keys'> = async (deps, call) =>
  Object.keys(configFor(deps, call));

function configFor(deps: Deps, call: Call): Config {
  return deps.store.config.get(call.app?.id ?? null);
}
