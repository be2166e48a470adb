import { own } from '../base/own.ts';
import { readConfig } from '../model/config-format.ts';
import { configDifferences } from '../model/release-diff.ts';
import { changeConfig, describe } from './change-config.ts';
import type { Handler } from './handler.ts';

export const importConfig: Handler<'config:import'> = async (deps, call, input) => {
  const pairs = readConfig(input.text, input.format ?? 'envfile');
  const before = deps.store.config.get(call.app?.id ?? null);
  const given = Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
  const wanted = input.replace ? given : { ...before, ...given };
  const keys = configDifferences(before, wanted).map(({ name }) => name);
  for (const key of keys) call.out.step(`${own(wanted, key) ? 'Setting' : 'Unsetting'} ${key}`);
  return changeConfig(deps, call, {
    own: wanted,
    keys,
    description: describe('Import', keys),
    restart: !input.noRestart,
  });
};

export const clearConfig: Handler<'config:clear'> = async (deps, call, input) => {
  const keys = Object.keys(deps.store.config.get(call.app?.id ?? null));
  for (const key of keys) call.out.step(`Unsetting ${key}`);
  return changeConfig(deps, call, {
    own: {},
    keys,
    description: describe('Unset', keys),
    restart: !input.noRestart,
  });
};
