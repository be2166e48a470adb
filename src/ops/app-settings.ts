import { own } from '../base/own.ts';
import { z } from 'zod';
import type { App } from '../model/app.ts';
import type { DrainTimes } from '../model/drain.ts';
import type { LayeredConfig, Wishes } from '../model/plan-release.ts';
import { defaultDomain } from '../model/plan-routes.ts';
import type { Deps } from './deps.ts';

/** Names of the properties that are kept beside an app (or globally). */
export const properties = {
  formation: 'formation',
  stopTimeout: 'ps.stop-timeout-seconds',
  ownDomainsOnly: 'domains.own-only',
  waitToRetire: 'checks.wait-to-retire',
  websocketTimeout: 'checks.websocket-timeout',
} as const;

const defaultStopTimeout = 30;
/** As long as the router itself waits for an answer: no request is cut that it would not have given up. */
const defaultWaitToRetire = 60;
/** A WebSocket has no end to wait for, and its client has to be able to connect again anyway. */
const defaultWebsocketTimeout = 30;

const wishes = z.record(
  z.string(),
  z
    .object({ count: z.number().int().min(0), memory: z.number().nullable(), cpus: z.number().nullable() })
    .partial(),
);

/** Seconds between SIGTERM and SIGKILL. */
export function stopTimeoutOf(deps: Deps, appName: string): number {
  return secondsOf(deps, appName, properties.stopTimeout) ?? defaultStopTimeout;
}

/** How long the old processes of a deploy are left what is open to them. */
export function drainTimesOf(deps: Deps, appName: string): DrainTimes {
  const wait = (secondsOf(deps, appName, properties.waitToRetire) ?? defaultWaitToRetire) * 1000;
  const websocket = secondsOf(deps, appName, properties.websocketTimeout) ?? defaultWebsocketTimeout;
  return { request: wait, stream: wait, websocket: websocket * 1000 };
}

/** The app's own value, else the global one. */
function secondsOf(deps: Deps, appName: string, property: string): number | undefined {
  const app = deps.store.apps.find(appName);
  const own = app && deps.store.properties.get(app.id, property);
  const value = own ?? deps.store.properties.get(null, property);
  return value === undefined ? undefined : Number(value);
}

/** What ps:scale asked for. */
export function wishesOf(deps: Deps, app: App): Wishes {
  const text = deps.store.properties.get(app.id, properties.formation);
  return text === undefined ? {} : (wishes.parse(JSON.parse(text)) as Wishes);
}

export function setWishes(deps: Deps, app: App, change: Wishes): void {
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
