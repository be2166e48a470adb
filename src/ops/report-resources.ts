import { row } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import { buildType, defaultBuildMemory } from '../model/build-limits.ts';
import { formatBytes } from '../model/size.ts';
import { buildSettings, type Setting, settingOf } from './app-settings.ts';
import type { Handler } from './handler.ts';
import { limitsOf } from './limit-resources.ts';
import { reportOf } from './report-settings.ts';

export const reportResources: Handler<'resource:report'> = async (deps, call, { global }) => {
  const standard = String(defaultBuildMemory(deps.host.totalMemory));
  const settings = {
    'build memory': (app: App | null) => inBytes(settingOf(deps, app, { ...buildSettings.memory, standard })),
    'build cpu': (app: App | null) => settingOf(deps, app, buildSettings.cpus),
  };
  const rows = (app: App) =>
    limitsOf(deps, app)
      .filter(({ type }) => type !== buildType)
      .flatMap(({ type, memory, cpus }) => [
        row(`${type} memory`, memory === null ? null : formatBytes(memory)),
        row(`${type} cpu`, cpus),
      ]);
  return reportOf(deps, call, { plan: { group: 'resource', settings, rows }, global });
};

function inBytes({ own, global, computed }: Setting): Setting {
  const text = (value: string | null) => (value === null ? null : formatBytes(Number(value)));
  return { own: text(own), global: text(global), computed: formatBytes(Number(computed)) };
}
