import { isoTime } from '../base/clock.ts';
import { row, type ReportRow } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import type { Certificate } from '../model/certificate.ts';
import { settingOf, type SettingName } from './app-settings.ts';
import type { Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { httpsSettings, tlsSettings } from './https-settings.ts';
import { propertyHandler } from './set-property.ts';
import { reportEach } from './show-apps.ts';
import { reportOf } from './report-settings.ts';

const setProperty = propertyHandler('router');

/** It holds for what is running, at once. */
export const setRouter: Handler<'router:set'> = async (deps, call, input) => {
  const done = await setProperty(deps, call, input);
  await deps.routes.certify(deps.store.certificates.all());
  return done;
};

export const reportRouter: Handler<'router:report'> = async (deps, call, { global }) => {
  const at = (setting: SettingName) => (app: App | null) => settingOf(deps, app, setting);
  const settings = {
    'https redirect': at(httpsSettings.redirect),
    hsts: at(httpsSettings.hsts),
    'hsts max age': at(httpsSettings.hstsMaxAge),
    'hsts include subdomains': at(httpsSettings.hstsSubdomains),
    'hsts preload': at(httpsSettings.hstsPreload),
  };
  const forAll = [
    row('Router global tls min version', settingOf(deps, null, tlsSettings.minVersion).computed),
    row('Router global http2', settingOf(deps, null, tlsSettings.http2).computed),
  ];
  const parts = reportOf(deps, call, { plan: { group: 'router', settings, rows: () => [] }, global });
  return parts.map((part) => ({ ...part, rows: [...part.rows, ...forAll] }));
};

export const reportCertificates: Handler<'certs:report'> = async (deps, call, { global }) => {
  if (global) {
    const rows = [row('Ssl global certificates', deps.store.certificates.all().filter(isForAll).length)];
    return [{ app: null, group: 'ssl', rows }];
  }
  return reportEach(deps, call, (app) => ({ group: 'ssl', rows: certificateRows(deps, app) }));
};

function isForAll({ app }: Certificate): boolean {
  return app === null;
}

/** Of the certificates that are shown for the hosts of an app. */
function certificateRows(deps: Deps, app: App): readonly ReportRow[] {
  const hosts = deps.routes.of(app.name)?.hosts ?? [];
  const shown = hosts.map((host) => ({ host, certificate: deps.routes.certificateFor(host, app.name) }));
  const all = [...new Set(shown.flatMap(({ certificate }) => certificate ?? []))];
  const first = all.toSorted((a, b) => a.facts.notAfter - b.facts.notAfter)[0];
  const time = (at: number | undefined) => (at === undefined ? null : isoTime(at));
  return [
    row('Ssl enabled', all.length > 0),
    row('Ssl hostnames', [...new Set(all.flatMap(({ facts }) => facts.names))].join(' ')),
    row('Ssl expires at', time(first?.facts.notAfter)),
    row('Ssl starts at', time(first?.facts.notBefore)),
    row('Ssl issuer', [...new Set(all.map(({ facts }) => facts.issuer))].join(', ')),
    row(
      'Ssl origin',
      [...new Set(all.map(({ ordered }) => (ordered === null ? 'given' : 'automatic')))].join(', '),
    ),
    row('Ssl verified', all.length === 0 ? null : all.every(({ facts }) => !facts.selfSigned)),
    row(
      'Ssl without certificate',
      shown
        .filter(({ certificate }) => !certificate)
        .map(({ host }) => host)
        .join(' '),
    ),
  ];
}
