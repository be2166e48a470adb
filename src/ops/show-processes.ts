import { row } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import { processName, type RunningProcess } from '../model/process.ts';
import { formatAge } from '../model/duration.ts';
import { processSettings, type SettingName, settingOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { type ReportPlan, reportOf } from './report-settings.ts';

/** One question to the engine, whatever the number of apps. */
export const reportProcesses: Handler<'ps:report'> = async (deps, call, { global }) => {
  const all = Map.groupBy(await deps.engine.list(call.app?.name), (process) => process.app);
  const rows = (app: App) => rowsOf(deps, app, all.get(app.name) ?? []);
  return reportOf(deps, call, { plan: { group: 'ps', settings: settingsOf(deps), rows }, global });
};

function settingsOf(deps: Deps): ReportPlan['settings'] {
  const { stopTimeout, restartPolicy, procfilePath, startCommand } = processSettings;
  const of = (setting: SettingName) => (app: App | null) => settingOf(deps, app, setting);
  return {
    'stop timeout seconds': of(stopTimeout),
    'restart policy': of(restartPolicy),
    'procfile path': of(procfilePath),
    'start cmd': of(startCommand),
  };
}

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
    ...byName(processes).map((process) =>
      row(
        `Status ${processName(process)}`,
        `${process.state} (${process.address}, started ${formatAge(now - process.startedAt)})`,
      ),
    ),
  ];
}

export const inspectProcesses: Handler<'ps:inspect'> = async (deps, call) =>
  deps.engine.inspect(appOf(call).name);

function byName(processes: readonly RunningProcess[]): readonly RunningProcess[] {
  return processes.toSorted((a, b) => a.type.localeCompare(b.type) || a.index - b.index);
}
