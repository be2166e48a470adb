import { row } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import { builderSettings, dockerfileSettings, settingOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Handler } from './handler.ts';
import { reportOf } from './report-settings.ts';

export const reportBuilder: Handler<'builder:report'> = async (deps, call, { global }) => {
  const settings = {
    selected: (app: App | null) => settingOf(deps, app, builderSettings.selected),
    'build dir': (app: App | null) => settingOf(deps, app, builderSettings.buildDir),
    'watch paths': (app: App | null) => settingOf(deps, app, builderSettings.watchPaths),
  };
  const rows = (app: App) => {
    const build = currentReleaseOf(deps, app)?.build;
    return [
      row('Builder last used', build?.builder ?? null),
      row('Builder language', build?.language ?? null),
    ];
  };
  return reportOf(deps, call, { plan: { group: 'builder', settings, rows }, global });
};

export const reportDockerfile: Handler<'builder-dockerfile:report'> = async (deps, call, { global }) => {
  const settings = {
    'dockerfile path': (app: App | null) => settingOf(deps, app, dockerfileSettings.path),
    target: (app: App | null) => settingOf(deps, app, dockerfileSettings.target),
    'build args': (app: App | null) => settingOf(deps, app, dockerfileSettings.buildArgs),
  };
  return reportOf(deps, call, { plan: { group: 'builder-dockerfile', settings, rows: () => [] }, global });
};
