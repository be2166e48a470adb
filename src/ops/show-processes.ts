import { row } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import { processName, type RunningProcess } from '../model/process.ts';
import { formatAge } from '../model/duration.ts';
import { properties, stopTimeoutOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { reportEach } from './show-apps.ts';

/** One question to the engine, whatever the number of apps. */
export const reportProcesses: Handler<'ps:report'> = async (deps, call) => {
  const all = Map.groupBy(await deps.engine.list(call.app?.name), (process) => process.app);
  return reportEach(deps, call, (app) => ({ group: 'ps', rows: rowsOf(deps, app, all.get(app.name) ?? []) }));
};

function rowsOf(deps: Deps, app: App, processes: readonly RunningProcess[]) {
  const release = currentReleaseOf(deps, app);
  const running = processes.filter((process) => process.state === 'running').length;
  const scale = Object.entries(release?.formation ?? {}).map(([type, { count }]) => `${type}=${count}`);
  const now = deps.clock.now();
  return [
    row('Deployed', release !== undefined),
    row('Processes', processes.length),
    row(
      'Running',
      processes.length > 0 && running === processes.length ? 'true' : running === 0 ? 'false' : 'mixed',
    ),
    row('Ps release', release ? `v${release.number}` : null),
    row('Ps scale', scale.join(' ')),
    row('Ps stop timeout seconds', stopTimeoutOf(deps, app.name)),
    ...byName(processes).map((process) =>
      row(
        `Status ${processName(process)}`,
        `${process.state} (${process.address}, started ${formatAge(now - process.startedAt)})`,
      ),
    ),
  ];
}

export const setProcessProperty: Handler<'ps:set'> = async (deps, call, { property, value }) => {
  const app = appOf(call);
  if (value === null) deps.store.properties.unset(app.id, properties.stopTimeout);
  else deps.store.properties.set(app.id, properties.stopTimeout, value);
  return { property, value };
};

function byName(processes: readonly RunningProcess[]): readonly RunningProcess[] {
  return processes.toSorted((a, b) => a.type.localeCompare(b.type) || a.index - b.index);
}
