import { row } from '../contract/report.ts';
import type { Handler } from './handler.ts';
import { version } from './version.ts';

export const showVersion: Handler<'version'> = async () => ({ version });

export const reportServer: Handler<'report'> = async (deps) => {
  const [engine, router] = await Promise.all([deps.engine.describe(), deps.routes.router.describe()]);
  const { settings } = deps;
  const rows = [
    row('Slipway version', version),
    row('Instance', settings.instance),
    row('Engine', `${engine.name} ${engine.version}`),
    row('Router', `${router.name} ${router.version}, ${router.running ? 'running' : 'not running'}`),
    row('Global domain', settings.globalDomain),
    row('Http port', settings.httpPort),
    row('Root', settings.root),
    row('Apps', deps.store.apps.all().length),
    row('Processes', (await deps.engine.list()).length),
  ];
  return [{ app: null, group: 'server', rows }];
};
