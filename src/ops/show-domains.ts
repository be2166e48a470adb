import { row } from '../contract/report.ts';
import { domainsOf, globalDomains } from './app-settings.ts';
import type { Handler } from './handler.ts';
import { reportEach } from './show-apps.ts';

export const reportDomains: Handler<'domains:report'> = async (deps, call, input) => {
  const global = row('Domains global vhosts', globalDomains(deps).join(' '));
  if (input.global) return [{ app: null, group: 'domains', rows: [global] }];
  return reportEach(deps, call, (app) => ({
    group: 'domains',
    rows: [
      row('Domains app enabled', domainsOf(deps, app).length > 0),
      row('Domains app vhosts', domainsOf(deps, app).join(' ')),
      global,
    ],
  }));
};
