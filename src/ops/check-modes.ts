import { changeModes, type CheckMode, type CheckModes } from '../model/check-mode.ts';
import { checkModesOf, setCheckModes } from './app-settings.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';

type Types = { readonly types: readonly string[] | null };

export const enableChecks: Handler<'checks:enable'> = (deps, call, input) =>
  setMode(deps, call, { ...input, mode: 'enabled' });

export const disableChecks: Handler<'checks:disable'> = (deps, call, input) =>
  setMode(deps, call, { ...input, mode: 'disabled' });

export const skipChecks: Handler<'checks:skip'> = (deps, call, input) =>
  setMode(deps, call, { ...input, mode: 'skipped' });

async function setMode(deps: Deps, call: Call, { types, mode }: Types & { readonly mode: CheckMode }) {
  const app = appOf(call);
  const modes = changeModes(checkModesOf(deps, app), types ?? [], mode);
  setCheckModes(deps, app, modes);
  return { disabled: typesOf(modes, 'disabled'), skipped: typesOf(modes, 'skipped') };
}

/** The types that have a mode, by name. */
export function typesOf(modes: CheckModes, mode: CheckMode): readonly string[] {
  return Object.keys(modes)
    .filter((type) => modes[type] === mode)
    .sort();
}
