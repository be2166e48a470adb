import { row } from '../contract/report.ts';
import { checkText } from '../model/check-text.ts';
import { planChange, wantedProcesses } from '../model/plan-processes.ts';
import { type ProcessSpec, processName, type RunningProcess } from '../model/process.ts';
import { drainTimesOf } from './app-settings.ts';
import { currentRelease, currentReleaseOf } from './current-release.ts';
import { appOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { reportEach } from './show-apps.ts';

export const reportChecks: Handler<'checks:report'> = async (deps, call) =>
  reportEach(deps, call, (app) => {
    const release = currentReleaseOf(deps, app);
    const types = Object.keys(release?.formation ?? {});
    return {
      group: 'checks',
      rows: [
        row('Checks wait to retire', drainTimesOf(deps, app.name).request / 1000),
        row('Checks websocket timeout', drainTimesOf(deps, app.name).websocket / 1000),
        ...types.flatMap((type) => {
          const entry = release?.processes[type];
          return entry ? [row(`Checks ${type}`, checkText(entry.check))] : [];
        }),
      ],
    };
  });

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
