import type { KeepLog } from '../engine/engine.ts';
import type { App } from '../model/app.ts';
import type { RunningProcess } from '../model/process.ts';
import { parseSize } from '../model/size.ts';
import { logSettings, settingOf } from './app-settings.ts';
import type { Deps } from './deps.ts';

/** Puts the log of a process that goes to those of its app, whatever that is called by now. */
export function keepLog(deps: Deps): KeepLog {
  return async (process, read) => {
    const app = deps.store.apps.find(deps.store.deploys.find(process.deploy)?.app ?? process.app);
    if (app) await deps.appLogs.keep(app.id, { process, read }, mostBytes(deps, app));
  };
}

/** Bytes that are kept of an app's processes that are gone. */
export function mostBytes(deps: Deps, app: App): number {
  return parseSize(settingOf(deps, app, logSettings.maxSize).computed);
}

/** A process that is taken away: SIGTERM, up to so many seconds, SIGKILL; its log is kept, then it is removed. */
export function removeProcesses(
  deps: Deps,
  processes: readonly RunningProcess[],
  stopTimeout: number,
): Promise<void> {
  return deps.engine.remove(processes, stopTimeout, keepLog(deps));
}
