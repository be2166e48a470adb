import { own } from '../base/own.ts';
import type { Check } from './check.ts';

/**
 * What a process type does with its check. `enabled`: new processes are checked beside the old ones. `skipped`: they get
 * requests as soon as they run. `disabled`: the old ones end before the new ones start, so that never two run at once.
 */
export type CheckMode = 'enabled' | 'skipped' | 'disabled';

/** Process type -> mode; `_all_` for those that are not named. */
export type CheckModes = Readonly<Record<string, CheckMode>>;

const allTypes = '_all_';

function modeOf(modes: CheckModes, type: string): CheckMode {
  return own(modes, type) ?? own(modes, allTypes) ?? 'enabled';
}

/** The modes with that of some types, or of all, changed. */
export function changeModes(modes: CheckModes, types: readonly string[], mode: CheckMode): CheckModes {
  const named = types.length > 0 && !types.includes(allTypes);
  const changed = named
    ? { ...modes, ...Object.fromEntries(types.map((type) => [type, mode])) }
    : { [allTypes]: mode };
  const needless = own(changed, allTypes) ?? 'enabled';
  const kept = Object.entries(changed).filter(([type, is]) =>
    type === allTypes ? is !== 'enabled' : is !== needless,
  );
  return Object.fromEntries(kept);
}

/** The same processes, each with the mode that is set for its type. */
export function withModes<Entry extends object>(
  processes: Readonly<Record<string, Entry>>,
  modes: CheckModes,
): Readonly<Record<string, Entry & { readonly checks: CheckMode }>> {
  return Object.fromEntries(
    Object.entries(processes).map(([type, entry]) => [type, { ...entry, checks: modeOf(modes, type) }]),
  );
}

/** Passed by every process that started. */
export function skippedCheck(check: Check): Check {
  return { ...check, probe: { kind: 'uptime', milliseconds: 0 }, initialDelay: 0 };
}
