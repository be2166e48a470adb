import { type ReportRow, row } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import { checkText } from '../model/check-text.ts';
import { planChange, wantedProcesses } from '../model/plan-processes.ts';
import { type ProcessSpec, processName, type RunningProcess } from '../model/process.ts';
import type { ProcessEntry } from '../model/release.ts';
import { checkModesOf, drainSettings, settingOf } from './app-settings.ts';
import { typesOf } from './check-modes.ts';
import { currentRelease, currentReleaseOf } from './current-release.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { reportOf } from './report-settings.ts';

export const reportChecks: Handler<'checks:report'> = async (deps, call, { global }) => {
  const settings = {
    'wait to retire': (app: App | null) => settingOf(deps, app, drainSettings.waitToRetire),
    'websocket timeout': (app: App | null) => settingOf(deps, app, drainSettings.websocketTimeout),
  };
  const rows = (app: App) => [...modeRows(deps, app), ...checkRows(deps, app)];
  return reportOf(deps, call, { plan: { group: 'checks', settings, rows }, global });
};

function modeRows(deps: Deps, app: App): readonly ReportRow[] {
  const modes = checkModesOf(deps, app);
  return (['disabled', 'skipped'] as const).map((mode) =>
    row(`Checks ${mode} list`, typesOf(modes, mode).join(',') || 'none'),
  );
}

/** How each type of the current release is checked. */
function checkRows(deps: Deps, app: App): readonly ReportRow[] {
  const release = currentReleaseOf(deps, app);
  return Object.keys(release?.formation ?? {}).flatMap((type) => {
    const entry = release?.processes[type];
    return entry ? [row(`Checks ${type}`, textOf(entry))] : [];
  });
}

function textOf({ check, checks }: ProcessEntry): string {
  return checks === 'enabled' ? checkText(check) : `${checks}: ${checkText(check)}`;
}

/** Of each process that the current release consists of, one try of its check. */
export const runChecks: Handler<'checks:run'> = async (deps, call, { type }) => {
  const app = appOf(call);
  const release = currentRelease(deps, app);
  const retiring = new Set(deps.retiring);
  const present = (await deps.engine.list(app.name)).filter(({ id }) => !retiring.has(id));
  const wanted = wantedProcesses(release, 0).filter((spec) => type === null || spec.type === type);
  return Promise.all(
    wanted.map(async (spec) => {
      const process = present.find((other) => isOf(other, spec));
      const problem = process ? await deps.engine.probe(process, spec, call.signal) : 'it does not run';
      return { process: processName(spec), problem };
    }),
  );
};

function isOf(process: RunningProcess, spec: ProcessSpec): boolean {
  return planChange([spec], [{ ...process, state: 'running' }]).keep.length > 0;
}
