import { own } from '../base/own.ts';
import type { Config } from '../model/release.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';

export const showConfig: Handler<'config:show'> = async (deps, call, { merged }) =>
  textsOf(deps, call, merged);

export const exportConfig = async (deps: Deps, call: Call, { merged }: { readonly merged: boolean }) =>
  textsOf(deps, call, merged);

export const getConfig: Handler<'config:get'> = async (deps, call, { key }) => ({
  value: own(configFor(deps, call), key)?.reveal() ?? null,
});

export const listConfigKeys: Handler<'config:keys'> = async (deps, call) =>
  Object.keys(configFor(deps, call));

function configFor(deps: Deps, call: Call): Config {
  return deps.store.config.get(call.app?.id ?? null);
}

function textsOf(deps: Deps, call: Call, merged: boolean): Record<string, string> {
  const config = { ...(merged ? deps.store.config.get(null) : {}), ...configFor(deps, call) };
  const byKey = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(byKey.map(([key, value]) => [key, value.reveal()]));
}
