import { row } from '../contract/report.ts';
import { chosenDomains, domainsEnabled, globalDomains } from './app-settings.ts';
import type { Handler } from './handler.ts';
import { reportEach } from './show-apps.ts';

export const reportDomains: Handler<'domains:report'> = async (deps, call, input) => {
  const global = [
    row('Domains global enabled', globalDomains(deps).length > 0),
    row('Domains global vhosts', globalDomains(deps).join(' ')),
  ];
  if (input.global) return [{ app: null, group: 'domains', rows: global }];
  return reportEach(deps, call, (app) => ({
    group: 'domains',
    rows: [
      row('Domains app enabled', domainsEnabled(deps, app)),
      row('Domains app vhosts', chosenDomains(deps, app).join(' ')),
      ...global,
    ],
  }));
};
