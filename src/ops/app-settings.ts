import { own } from '../base/own.ts';
import { z } from 'zod';
import type { App } from '../model/app.ts';
import { type BuildLimit, type BuildLimits, defaultBuildMemory } from '../model/build-limits.ts';
import type { CheckModes } from '../model/check-mode.ts';
import type { LayeredConfig, ProcessSettings, Wishes } from '../model/plan-release.ts';
import type { DrainTimes } from '../model/drain.ts';
import { defaultDomain } from '../model/plan-routes.ts';
import { defaultRestartPolicy } from '../model/restart-policy.ts';
import type { Deps } from './deps.ts';

/** Names of the properties that are kept beside an app (or globally). */
export const properties = {
  formation: 'formation',
  ownDomainsOnly: 'domains.own-only',
  domainsDisabled: 'domains.disabled',
  globalChosen: 'domains.global-chosen',
  checkModes: 'checks.modes',
  buildpacks: 'buildpacks.list',
  deployBranch: 'git.deploy-branch',
  noAutocreation: 'apps.disable-autocreation',
  /** See unfinished.ts. */
  unfinished: 'unfinished',
} as const;

const wishes = z.record(
  z.string(),
  z
    .object({ count: z.number().int().min(0), memory: z.number().nullable(), cpus: z.number().nullable() })
    .partial(),
);

/** How long the old processes of a deploy are left what is open to them, in seconds. */
export const drainSettings = {
  /** As long as the router itself waits for an answer: no request is cut that it would not have given up. */
  waitToRetire: { name: 'checks.wait-to-retire', standard: '60' },
  /** A WebSocket has no end to wait for, and its client has to be able to connect again anyway. */
  websocketTimeout: { name: 'checks.websocket-timeout', standard: '30' },
} as const;

export function drainTimesOf(deps: Deps, appName: string): DrainTimes {
  const app = deps.store.apps.find(appName) ?? null;
  const milliseconds = (setting: SettingName) => Number(settingOf(deps, app, setting).computed) * 1000;
  const wait = milliseconds(drainSettings.waitToRetire);
  return { request: wait, stream: wait, websocket: milliseconds(drainSettings.websocketTimeout) };
}

/** One property at its two levels. */
export interface Setting {
  readonly own: string | null;
  readonly global: string | null;
  /** What holds: the app's own, else the global one, else the standard; empty: nothing does. */
  readonly computed: string;
}

export interface SettingName {
  /** As the store knows it, such as `ps.procfile-path`. */
  readonly name: string;
  readonly standard: string;
}

export function settingOf(
  deps: Pick<Deps, 'store'>,
  app: App | null,
  { name, standard }: SettingName,
): Setting {
  const own = (app && deps.store.properties.get(app.id, name)) ?? null;
  const global = deps.store.properties.get(null, name) ?? null;
  return { own, global, computed: own ?? global ?? standard };
}

/** The same for who reads many: each level is read once, when this is called. Gives what holds. */
export function computedOf(deps: Pick<Deps, 'store'>, app: App | null): (setting: SettingName) => string {
  const global = deps.store.properties.all(null);
  const own = app ? deps.store.properties.all(app.id) : {};
  return ({ name, standard }) => own[name] ?? global[name] ?? standard;
}

/** Whether a property that is on or off is on; null: the global one. */
export function isOn(deps: Deps, app: App | null, name: string): boolean {
  return deps.store.properties.get(app?.id ?? null, name) === 'true';
}

/** The settings that processes of an app are run with. */
export const processSettings = {
  stopTimeout: { name: 'ps.stop-timeout-seconds', standard: '30' },
  restartPolicy: { name: 'ps.restart-policy', standard: defaultRestartPolicy },
  procfilePath: { name: 'ps.procfile-path', standard: 'Procfile' },
  startCommand: { name: 'ps.start-cmd', standard: '' },
  revisionVariable: { name: 'git.rev-env-var', standard: 'GIT_REV' },
} as const;

/** How a source becomes an image; empty: the source decides. */
export const builderSettings = {
  selected: { name: 'builder.selected', standard: '' },
  buildDir: { name: 'builder.build-dir', standard: '' },
  watchPaths: { name: 'builder.watch-paths', standard: '' },
} as const;

export const dockerfileSettings = {
  path: { name: 'builder-dockerfile.dockerfile-path', standard: 'Dockerfile' },
  target: { name: 'builder-dockerfile.target', standard: '' },
  buildArgs: { name: 'builder-dockerfile.build-args', standard: '' },
} as const;
/** What builds may use and how long they may take. For an app: each step of its builds; globally: all builds together. */
export const buildSettings = {
  memory: { name: 'resource.build-memory', standard: '' },
  cpus: { name: 'resource.build-cpus', standard: '' },
  /** In seconds. */
  timeout: { name: 'builds.timeout', standard: '1800' },
} as const;

/** What a build of an app is held to. */
export function buildLimitsOf(deps: Deps, app: App): BuildLimits {
  return { all: globalBuildLimit(deps), own: buildLimitAt(deps, app.id) };
}

/** What all builds together are held to. */
export function globalBuildLimit(deps: Deps): BuildLimit {
  const { memory, cpus } = buildLimitAt(deps, null);
  return { memory: memory ?? defaultBuildMemory(deps.host.totalMemory), cpus };
}

function buildLimitAt({ store }: Deps, id: number | null): BuildLimit {
  const number = ({ name }: SettingName) => {
    const value = store.properties.get(id, name);
    return value === undefined ? null : Number(value);
  };
  return { memory: number(buildSettings.memory), cpus: number(buildSettings.cpus) };
}

/** In milliseconds. */
export function buildTimeoutOf(deps: Deps, app: App): number {
  return Number(settingOf(deps, app, buildSettings.timeout).computed) * 1000;
}

/** How the logs of an app are kept. */
export const logSettings = {
  maxSize: { name: 'logs.max-size', standard: '20m' },
  routerLines: { name: 'logs.router-lines', standard: 'true' },
} as const;
/** Seconds between SIGTERM and SIGKILL. */
export function stopTimeoutOf(deps: Deps, appName: string): number {
  const app = deps.store.apps.find(appName) ?? null;
  return Number(settingOf(deps, app, processSettings.stopTimeout).computed);
}

export function processSettingsOf(deps: Deps, app: App): ProcessSettings {
  const computed = (setting: SettingName) => settingOf(deps, app, setting).computed;
  return {
    stopTimeout: stopTimeoutOf(deps, app.name),
    restartPolicy: computed(processSettings.restartPolicy),
    revisionVariable: computed(processSettings.revisionVariable),
    startCommand: computed(processSettings.startCommand) || null,
    checkModes: checkModesOf(deps, app),
  };
}

const checkModes = z.record(z.string(), z.enum(['enabled', 'skipped', 'disabled']));

/** What checks:enable, checks:skip and checks:disable asked for. */
export function checkModesOf(deps: Deps, app: App): CheckModes {
  return checkModes.parse(JSON.parse(deps.store.properties.get(app.id, properties.checkModes) ?? '{}'));
}

export function setCheckModes(deps: Deps, app: App, modes: CheckModes): void {
  deps.store.properties.set(app.id, properties.checkModes, JSON.stringify(modes));
}

/** For how many releases of an app the image is kept, so that they can be gone back to. */
export const keptReleases = { name: 'releases.keep', standard: '10' } as const;

export function keptReleasesOf(deps: Deps, app: App): number {
  return Number(settingOf(deps, app, keptReleases).computed);
}

/** The branch whose push deploys, or null: the first push chooses it. */
export function deployBranchOf(deps: Deps, app: App | null): string | null {
  return app?.deployBranch ?? deps.store.properties.get(null, properties.deployBranch) ?? null;
}

/** What ps:scale asked for. */
export function wishesOf(deps: Pick<Deps, 'store'>, app: App): Wishes {
  const text = deps.store.properties.get(app.id, properties.formation);
  return text === undefined ? {} : (wishes.parse(JSON.parse(text)) as Wishes);
}

export function setWishes(deps: Pick<Deps, 'store'>, app: App, change: Wishes): void {
  const all: Record<string, Wishes[string]> = { ...wishesOf(deps, app) };
  for (const [type, wish] of Object.entries(change)) all[type] = { ...own(all, type), ...wish };
  replaceWishes(deps, app, all);
}

export function replaceWishes(deps: Pick<Deps, 'store'>, app: App, wishes: Wishes): void {
  deps.store.properties.set(app.id, properties.formation, JSON.stringify(wishes));
}

/** The domains under which every app has one of its own: that of the installation until others are set, or none. */
export function globalDomains(deps: Deps): readonly string[] {
  const set = deps.store.domains.of(null);
  const isChosen = set.length > 0 || isOn(deps, null, properties.globalChosen);
  return isChosen ? set : [deps.settings.globalDomain];
}

export function setGlobalDomains(deps: Deps, domains: readonly string[]): void {
  deps.store.transaction(() => {
    deps.store.domains.replace(null, domains);
    deps.store.properties.set(null, properties.globalChosen, 'true');
  });
}

/** Whether an app is reached by its domains at all: not after domains:disable. */
export function domainsEnabled(deps: Deps, app: App): boolean {
  return !isOn(deps, app, properties.domainsDisabled);
}

/** The domains that an app is reached by. */
export function domainsOf(deps: Deps, app: App): readonly string[] {
  return domainsEnabled(deps, app) ? chosenDomains(deps, app) : [];
}

/** All domains of an app: its own ones first where they were set in place of the default, else after it. */
export function chosenDomains(deps: Deps, app: App): readonly string[] {
  const own = deps.store.domains.of(app.id);
  if (isOn(deps, app, properties.ownDomainsOnly)) return own;
  return [...new Set([...defaultDomain(app.name, globalDomains(deps)), ...own])];
}

export function configOf(deps: Deps, app: App): LayeredConfig {
  return { global: deps.store.config.get(null), own: deps.store.config.get(app.id) };
}
