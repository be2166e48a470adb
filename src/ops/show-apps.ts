import { isoTime } from '../base/clock.ts';
import type { Report } from '../contract/report.ts';
import { row } from '../contract/report.ts';
import type { App } from '../model/app.ts';
import { appUrls } from '../model/plan-routes.ts';
import { domainsOf, properties } from './app-settings.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { sourceDeployOf } from './source-deploys.ts';
import { visibleApps } from './visible-apps.ts';

export const listApps: Handler<'apps:list'> = async (deps, call) =>
  visibleApps(deps, call).map(({ name, createdAt, current, stopped, locked }) => ({
    name,
    createdAt: isoTime(createdAt),
    release: current,
    stopped,
    locked,
  }));

export const appExists: Handler<'apps:exists'> = async (_deps, call) => ({ exists: call.app !== null });

export const reportApps: Handler<'apps:report'> = async (deps, call, { global }) => {
  const autocreation = row(
    'App global disable autocreation',
    deps.store.properties.get(null, properties.noAutocreation) ?? null,
  );
  if (global) return [{ app: null, group: 'app', rows: [autocreation] }];
  return reportEach(deps, call, (app) => ({ group: 'app', rows: [...appRows(deps, app), autocreation] }));
};

function appRows(deps: Deps, app: App) {
  const source = sourceDeployOf(deps, app);
  return [
    row('App created at', isoTime(app.createdAt)),
    row('App deploy source', source?.kind ?? null),
    row('App deploy source metadata', source?.subject ?? null),
    row('App locked', app.locked),
    row('App release', app.current === null ? null : `v${app.current}`),
    row('App stopped', app.stopped),
  ];
}

export const showUrls: Handler<'urls'> = async (deps, call) => urlsOf(deps, appOf(call));

export const showUrl: Handler<'url'> = async (deps, call) => ({ url: urlsOf(deps, appOf(call))[0] ?? null });

function urlsOf(deps: Deps, app: App): readonly string[] {
  return urlsAt(deps, app.name, domainsOf(deps, app));
}

/** The addresses of an app at these domains: https where there is a certificate. */
export function urlsAt(deps: Deps, app: string, domains: readonly string[]): readonly string[] {
  return appUrls(domains, deps.settings, (domain) => deps.routes.certificateFor(domain, app) !== undefined);
}

/** One part of a report for the app that the call names, or for each app that its actor may see. */
export function reportEach(deps: Deps, call: Call, part: (app: App) => Omit<Report[number], 'app'>): Report {
  return visibleApps(deps, call).map((app) => ({ app: app.name, ...part(app) }));
}
