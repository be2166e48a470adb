import type { App } from '../model/app.ts';
import type { RouterFacts } from '../model/diagnosis/facts.ts';
import type { RunningProcess } from '../model/process.ts';
import type { SshKey } from '../model/ssh-key.ts';
import type { Store } from '../store/store.ts';
import type { Wishes } from '../model/plan-release.ts';
import { ownPart, type Config } from '../model/release.ts';
import { properties, setWishes } from './app-settings.ts';
import { storeConfig } from './change-config.ts';
import { noteUnfinished } from './unfinished.ts';

type AdmittedKey = Pick<SshKey, 'name' | 'publicKey'>;

/** What can be seen of apps without the store. */
export interface Running {
  readonly processes: readonly RunningProcess[];
  /** App -> the config that its newest process was started with. */
  readonly configs: ReadonlyMap<string, Config>;
  readonly served: RouterFacts['served'];
  /** The keys that were let in. */
  readonly keys: readonly AdmittedKey[];
  /** The highest number of a deploy that is known to have been. */
  readonly lastDeploy: number;
  /** The same of a detached job. */
  readonly lastJob: number;
  readonly at: number;
}

/**
 * Brings a store that is older than what runs up to it, as far as that can be seen: nothing that runs shall be stopped for
 * it, nothing that is gone come back, and no number be given twice. Gives what it did, a sentence each.
 */
export function adoptRunning(store: Store, running: Running): readonly string[] {
  const present = Map.groupBy(running.processes, ({ app }) => app);
  const newer = [...present].filter(([, processes]) =>
    processes.some(({ deploy }) => !store.deploys.find(deploy)),
  );
  const gone = store.apps.all().filter((app) => isGone(app, present));
  store.deploys.skipTo(Math.max(running.lastDeploy, ...running.processes.map(({ deploy }) => deploy)));
  store.jobs.skipTo(running.lastJob);
  return [
    ...newer.map(([name, processes]) => adopt(store, running, { name, processes })),
    ...gone.map((app) => keepStopped(store, app)),
    ...agreeOnKeys(store, running.keys),
  ];
}

function isGone(app: App, present: ReadonlyMap<string, unknown>): boolean {
  return app.current !== null && !app.stopped && !present.has(app.name);
}

interface Newer {
  readonly name: string;
  readonly processes: readonly RunningProcess[];
}

function adopt(store: Store, { served, configs, at }: Running, { name, processes }: Newer): string {
  const known = store.apps.find(name);
  const app = known ?? store.apps.create(name, at);
  const release = Math.max(...processes.map((process) => process.release));
  store.apps.skipReleases(app.id, release);
  store.apps.set(app.id, { stopped: false });
  const hosts = served.find((route) => route.app === name)?.hosts ?? [];
  if (hosts.length > 0) giveDomains(store, app, hosts);
  storeConfig({ store }, app.id, ownPart(configs.get(name) ?? {}, store.config.get(null)));
  setWishes({ store }, app, countsOf(processes));
  noteUnfinished({ store }, app, { kind: 'adopted' });
  const what = known ? `Release v${release} of ${name} is` : `App ${name} (v${release}) is`;
  return `${what} newer than the copy and runs on, with its config, scale and domains as they are; push it again to have its release in the store`;
}

/** Of what runs, since the copy may say another number. They are counted from 1. */
function countsOf(processes: readonly RunningProcess[]): Wishes {
  const types = Map.groupBy(processes, ({ type }) => type);
  return Object.fromEntries(
    [...types].map(([type, all]) => [type, { count: Math.max(...all.map(({ index }) => index)) }]),
  );
}

/** As they are served: what another app had of them in the copy has moved since. */
function giveDomains(store: Store, app: App, hosts: readonly string[]): void {
  for (const other of store.apps.all()) {
    const domains = store.domains.of(other.id);
    const left = domains.filter((domain) => !hosts.includes(domain));
    if (other.id !== app.id && left.length < domains.length) store.domains.replace(other.id, left);
  }
  store.properties.set(app.id, properties.ownDomainsOnly, 'true');
  store.domains.replace(app.id, hosts);
}

function keepStopped(store: Store, app: App): string {
  store.apps.set(app.id, { stopped: true });
  return `App ${app.name} does not run: it was stopped, renamed or destroyed since. It stays stopped: slipway ps:start ${app.name}, or apps:destroy ${app.name}`;
}

/** A key that was removed since does not get in again, also where its name has another one now. */
function agreeOnKeys(store: Store, admitted: readonly AdmittedKey[]): readonly string[] {
  const stored = store.keys.all();
  const removed = stored.filter((key) => !isAmong(admitted, key));
  for (const { name } of removed) store.keys.remove(name);
  return [
    ...removed.map(({ name }) => `Key ${name} was removed since: it stays removed`),
    ...admitted
      .filter((key) => !isAmong(stored, key))
      .map(({ name }) => `Key ${name} was added since, and is not in the copy: slipway ssh-keys:add ${name}`),
  ];
}

function isAmong(keys: readonly AdmittedKey[], { name, publicKey }: AdmittedKey): boolean {
  return keys.some((key) => key.name === name && key.publicKey === publicKey);
}
