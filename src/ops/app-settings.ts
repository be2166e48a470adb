import { own } from '../base/own.ts';
import { z } from 'zod';
import type { App } from '../model/app.ts';
import type { LayeredConfig, Wishes } from '../model/plan-release.ts';
import { defaultDomain } from '../model/plan-routes.ts';
import type { Deps } from './deps.ts';

/** Names of the properties that are kept beside an app (or globally). */
export const properties = {
  formation: 'formation',
  stopTimeout: 'ps.stop-timeout-seconds',
  ownDomainsOnly: 'domains.own-only',
  /** See unfinished.ts. */
  unfinished: 'unfinished',
} as const;

const defaultStopTimeout = 30;

const wishes = z.record(
  z.string(),
  z
    .object({ count: z.number().int().min(0), memory: z.number().nullable(), cpus: z.number().nullable() })
    .partial(),
);

/** Seconds between SIGTERM and SIGKILL, and the longest drain. */
export function stopTimeoutOf(deps: Deps, appName: string): number {
  const app = deps.store.apps.find(appName);
  const own = app && deps.store.properties.get(app.id, properties.stopTimeout);
  return Number(own ?? deps.store.properties.get(null, properties.stopTimeout) ?? defaultStopTimeout);
}

/** What ps:scale asked for. */
export function wishesOf(deps: Pick<Deps, 'store'>, app: App): Wishes {
  const text = deps.store.properties.get(app.id, properties.formation);
  return text === undefined ? {} : (wishes.parse(JSON.parse(text)) as Wishes);
}

export function setWishes(deps: Pick<Deps, 'store'>, app: App, change: Wishes): void {
  const all: Record<string, Wishes[string]> = { ...wishesOf(deps, app) };
  for (const [type, wish] of Object.entries(change)) all[type] = { ...own(all, type), ...wish };
  deps.store.properties.set(app.id, properties.formation, JSON.stringify(all));
}

/** The domains under which every app has one of its own. */
export function globalDomains(deps: Deps): readonly string[] {
  const set = deps.store.domains.of(null);
  return set.length > 0 ? set : [deps.settings.globalDomain];
}

/** All domains of an app: its own ones first where they were set in place of the default, else after it. */
export function domainsOf(deps: Deps, app: App): readonly string[] {
  const own = deps.store.domains.of(app.id);
  if (deps.store.properties.get(app.id, properties.ownDomainsOnly) === 'true') return own;
  return [...new Set([...defaultDomain(app.name, globalDomains(deps)), ...own])];
}

export function configOf(deps: Deps, app: App): LayeredConfig {
  return { global: deps.store.config.get(null), own: deps.store.config.get(app.id) };
}
