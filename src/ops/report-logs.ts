import { row } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import { formatBytes } from '../model/size.ts';
import { logSettings, settingOf } from './app-settings.ts';
import type { Handler } from './handler.ts';
import { reportOf } from './report-settings.ts';
import { visibleApps } from './visible-apps.ts';

export const reportLogs: Handler<'logs:report'> = async (deps, call, { global }) => {
  const apps = global ? [] : visibleApps(deps, call);
  const sizes = new Map(
    await Promise.all(apps.map(async ({ id }) => [id, await deps.appLogs.size(id)] as const)),
  );
  const settings = {
    'max size': (app: App | null) => settingOf(deps, app, logSettings.maxSize),
    'router lines': (app: App | null) => settingOf(deps, app, logSettings.routerLines),
  };
  const rows = ({ id }: App) => [row('Logs kept', formatBytes(sizes.get(id) ?? 0))];
  return reportOf(deps, call, { plan: { group: 'logs', settings, rows }, global });
};
