import { row, type ReportRow } from '../contract/report.ts';
import { chosenDomains, domainsEnabled, globalDomains } from './app-settings.ts';
import type { Handler } from './handler.ts';
import { httpsNote, httpsStandings, type HttpsStanding } from './https-standing.ts';
import { reportEach } from './show-apps.ts';

export const reportDomains: Handler<'domains:report'> = async (deps, call, input) => {
  const global = [
    row('Domains global enabled', globalDomains(deps).length > 0),
    row('Domains global vhosts', globalDomains(deps).join(' ')),
  ];
  if (input.global) return [{ app: null, group: 'domains', rows: global }];
  const standings = Map.groupBy(httpsStandings(deps, call.app?.name), ({ app }) => app);
  return reportEach(deps, call, (app) => ({
    group: 'domains',
    rows: [
      row('Domains app enabled', domainsEnabled(deps, app)),
      row('Domains app vhosts', chosenDomains(deps, app).join(' ')),
      ...httpsRows(standings.get(app.name) ?? []),
      ...global,
    ],
  }));
};

/** Of the domains that the app is reached by: those with https, and why not for the others. */
function httpsRows(standings: readonly HttpsStanding[]): readonly ReportRow[] {
  const secure = standings.filter(({ shown }) => shown !== undefined);
  const plain = standings.filter(({ shown }) => shown === undefined);
  return [
    row('Domains app https', secure.map(({ host }) => host).join(' ')),
    row('Domains app http only', plain.map(whyPlain).join('; ')),
  ];
}

/** `a.example.com has no address yet`, `shop.localhost: the name is each machine itself` */
function whyPlain(standing: HttpsStanding): string {
  const { host } = standing;
  const note = httpsNote(standing) || 'its certificate is on the way';
  return note.startsWith(`${host} `) ? note : `${host}: ${note}`;
}
