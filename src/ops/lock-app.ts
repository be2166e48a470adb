import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';

export const lockApp: Handler<'apps:lock'> = async (deps, call) => setLocked(deps, call, true);

export const unlockApp: Handler<'apps:unlock'> = async (deps, call) => setLocked(deps, call, false);

export const isAppLocked: Handler<'apps:locked'> = async (_deps, call) => ({ locked: appOf(call).locked });

function setLocked(deps: Deps, call: Call, locked: boolean): { locked: boolean } {
  deps.store.apps.set(appOf(call).id, { locked });
  return { locked };
}
