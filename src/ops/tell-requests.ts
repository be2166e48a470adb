import { Failure } from '../base/failure.ts';
import type { LogLine } from '../model/log-line.ts';
import type { App } from '../model/app.ts';
import { logSettings, settingOf } from './app-settings.ts';
import type { Deps } from './deps.ts';
import { mostBytes } from './keep-log.ts';

/** A request that the router answered. */
type AppLine = Omit<LogLine, 'process'> & { readonly app: string };

/** Puts what the router tells of its requests to the logs of their apps, where those are to have it. */
export function tellRequests(deps: Deps, lines: readonly AppLine[]): void {
  try {
    keepLines(deps, lines);
  } catch (error) {
    // A store that cannot be read is said to each command; what the router tells meanwhile is lost.
    if (!(error instanceof Failure)) throw error;
  }
}

function keepLines(deps: Deps, lines: readonly AppLine[]): void {
  for (const [name, own] of Map.groupBy(lines, (line) => line.app)) {
    const app = deps.store.apps.find(name);
    if (app && keepsRequests(deps, app)) deps.requestLog.add(app.id, own, mostBytes(deps, app) / share);
  }
}

/** Of what the logs of processes may take, the router's lines may take a quarter besides. */
const share = 4;

function keepsRequests(deps: Deps, app: App): boolean {
  return settingOf(deps, app, logSettings.routerLines).computed === 'true';
}
