import { Failure } from '../base/failure.ts';
import { mapParallel } from '../base/parallel.ts';
import type { App } from '../model/app.ts';
import type { AppWish } from '../model/diagnosis/app-wish.ts';
import type { EngineFacts, HostFacts, RouterFacts } from '../model/diagnosis/facts.ts';
import { areaOf, type Finding } from '../model/diagnosis/finding.ts';
import { judgeDeploys, judgeLeftovers, judgeProcesses } from '../model/diagnosis/judge-apps.ts';
import { judgeDomains, needsNoLookup } from '../model/diagnosis/judge-domains.ts';
import { judgeEngine, judgeNetworks } from '../model/diagnosis/judge-engine.ts';
import { judgeCopies, judgeDoor, judgeModes, judgeStore } from '../model/diagnosis/judge-installation.ts';
import { judgeBackups } from '../model/diagnosis/judge-backups.ts';
import { judgeClock, judgeMemory } from '../model/diagnosis/judge-machine.ts';
import { judgePorts } from '../model/diagnosis/judge-ports.ts';
import { judgeRouter } from '../model/diagnosis/judge-router.ts';
import { judgeServices } from '../model/diagnosis/judge-services.ts';
import { serviceKey, strayVolumes } from '../model/service.ts';
import { wantedProcesses } from '../model/plan-processes.ts';
import { domainsOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Deps } from './deps.ts';
import { archiveFindings } from './doctor-archives.ts';
import { budgetFindings, diskFindings } from './doctor-disk.ts';
import { httpsFindings } from './doctor-https.ts';
import type { Handler } from './handler.ts';
import { unfinishedOf } from './unfinished.ts';

/** Domains that are looked up at the same time, and in all: the rest is said to be left out. */
const lookUps = { atOnce: 20, most: 100 };

/** Looks at everything and changes nothing. What cannot be had is a finding, and the rest is looked at all the same. */
export const diagnose: Handler<'doctor'> = async (deps) => {
  const before = busyApps(deps);
  const [engine, router] = await Promise.all([
    seen('Docker', () => deps.engine.facts()),
    seen('Router', () => deps.routes.router.facts()),
  ]);
  const root = deps.settings.root;
  const folders = engine.facts?.dataRoot ? [root, engine.facts.dataRoot] : [root];
  const host = await deps.host.facts(folders);
  const wishes = await seen('Store', async () => wishesOf(deps, before));
  const store = await seen('Store', async () => deps.store.check());
  return [
    ...startupFinding(deps),
    ...engine.findings,
    ...(engine.facts ? judgeEngine(engine.facts, deps.settings.subnets) : []),
    ...router.findings,
    ...(wishes.facts ? await comparisons(deps, wishes.facts, { engine, router }) : []),
    ...(await foundIn('Services', () => serviceFindings(deps))),
    ...(await foundIn('Backups', async () => backupFindings(deps))),
    ...(await foundIn('Archives', () => archiveFindings(deps))),
    ...portFindings(deps, host, { engine: engine.facts, router: router.facts }),
    ...(await diskFindings(deps, host.disks)),
    ...(await foundIn('Disk', async () => (engine.facts ? budgetFindings(deps) : []))),
    ...judgeMemory(host.memory),
    ...judgeClock(deps.clock.now(), host.synchronized),
    ...(await domainFindings(deps, wishes.facts ?? [], host.addresses)),
    ...(await foundIn('Certificates', () => httpsFindings(deps, lookUps))),
    ...wishes.findings,
    ...store.findings,
    ...(store.facts ? judgeStore(store.facts) : []),
    judgeCopies(deps.storeFile.copies()[0]?.at ?? null, deps.clock.now()),
    ...judgeModes(host.modes),
    ...(deps.storeFile.problem ? [] : await doorFindings(deps, host)),
  ];
};

/** What could be had of a part, or the finding that it could not. */
interface Seen<T> {
  readonly facts: T | null;
  readonly findings: readonly Finding[];
}

async function foundIn(area: string, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  const { facts, findings } = await seen(area, look);
  return facts ?? findings;
}

async function seen<T>(area: string, look: () => Promise<T>): Promise<Seen<T>> {
  try {
    return { facts: await look(), findings: [] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const finding = areaOf(area).broken(`${error.code}: ${error.message}`, error.hint ?? 'see the message');
    return { facts: null, findings: [finding] };
  }
}

function startupFinding({ startup }: Deps): readonly Finding[] {
  const { problem } = startup;
  const slipwayd = areaOf('Slipway');
  return problem
    ? [slipwayd.broken(`Nothing can be changed: ${problem.message}`, problem.hint ?? 'see below')]
    : [slipwayd.ok('takes changes')];
}

/** Those that are being changed may be seen half changed. */
async function serviceFindings({ store, services, lanes, routes, names }: Deps): Promise<readonly Finding[]> {
  const open = new Set(routes.doors().map(({ service }) => service));
  const quiet = store.services.all().filter((service) => !lanes.busy.has(serviceKey(service)));
  const wishes = await mapParallel(quiet, lookUps.atOnce, async (service) => ({
    service,
    state: (await services.standing(service)).state,
    stray: strayVolumes(service, await services.volumes(service)).map((volume) =>
      names.volume({ ...service, volume }),
    ),
    isOpen: open.has(serviceKey(service)),
  }));
  const present = (await services.list()).filter((one) => !lanes.busy.has(serviceKey(one)));
  return judgeServices(wishes, present);
}

/** Of a service that is stopped none is made, nor missed. */
function backupFindings({ store, clock }: Deps): readonly Finding[] {
  const facts = store.services
    .all()
    .filter(({ state, stopped }) => state === 'ready' && !stopped)
    .map((service) => ({
      service,
      plan: store.backups.plan(service.id),
      backups: store.backups.of(service),
    }));
  return judgeBackups(facts, clock.now());
}

function startOfRouter({ settings }: Deps): string {
  return settings.supervisor === 'systemd'
    ? 'systemctl start slipway-router'
    : 'restart slipwayd, which starts it';
}

function busyApps(deps: Deps): ReadonlySet<string> {
  return deps.lanes.busy;
}

/** `before`: the apps that were being changed when the look began, and may have been seen half changed. */
function wishesOf(deps: Deps, before: ReadonlySet<string>): readonly AppWish[] {
  const busy = new Set([...before, ...busyApps(deps)]);
  return deps.store.apps.all().map((app) => ({
    ...wishOf(deps, app),
    busy: busy.has(app.name) || unfinishedOf(deps, app) !== undefined,
  }));
}

/** The same that recovery makes true (recover.ts). */
function wishOf(deps: Deps, app: App): Omit<AppWish, 'busy'> {
  const release = app.stopped ? undefined : currentReleaseOf(deps, app);
  return {
    app: app.name,
    deployed: app.current !== null,
    hosts: release?.domains ?? domainsOf(deps, app),
    processes: release ? wantedProcesses(release, 0) : [],
  };
}

/** What is against what the store wants. Without the wish nothing may be called left over. */
async function comparisons(
  deps: Deps,
  wishes: readonly AppWish[],
  { engine, router }: { engine: Seen<EngineFacts>; router: Seen<RouterFacts> },
): Promise<readonly Finding[]> {
  return [
    ...(engine.facts ? await engineFindings(deps, engine.facts, wishes) : []),
    ...(router.facts ? judgeRouter(router.facts, wishes, startOfRouter(deps)) : []),
  ];
}

async function engineFindings(
  deps: Deps,
  facts: EngineFacts,
  wishes: readonly AppWish[],
): Promise<readonly Finding[]> {
  const running = wishes.filter(({ busy, processes }) => !busy && processes.length > 0);
  const known = new Set([...busyApps(deps), ...wishes.map(({ app }) => app)]);
  const present = await seen('Processes', () => deps.engine.list());
  return [
    ...judgeNetworks(
      facts,
      running.map(({ app }) => app),
    ),
    ...present.findings,
    ...(present.facts ? judgeProcesses(wishes, present.facts, facts.restarts) : []),
    ...judgeLeftovers(facts, known),
    ...judgeDeploys(deps.store.deploys.unfinished(), deps.clock.now()),
  ];
}

function portFindings(
  deps: Deps,
  { listeners }: HostFacts,
  { engine, router }: { engine: EngineFacts | null; router: RouterFacts | null },
): readonly Finding[] {
  const facts = { listeners, published: engine?.published ?? [], routerPids: router?.pids ?? [] };
  return judgePorts(facts, deps.settings);
}

async function domainFindings(
  deps: Deps,
  wishes: readonly AppWish[],
  addresses: readonly string[],
): Promise<readonly Finding[]> {
  const all = wishes.flatMap(({ app, hosts }) => hosts.map((domain) => ({ app, domain })));
  const asked = all.filter(({ domain }) => !needsNoLookup(domain));
  const answers = await mapParallel(
    asked.slice(0, lookUps.most),
    lookUps.atOnce,
    async ({ app, domain }) => ({ app, domain, ...(await deps.host.lookUp(domain.replace('*', 'slipway'))) }),
  );
  const left = asked.length - answers.length;
  return [
    ...judgeDomains(answers, addresses),
    ...(left > 0 ? [areaOf('Domains').ok(`${left} more were not looked up`)] : []),
  ];
}

async function doorFindings(deps: Deps, { doorConfigured }: HostFacts): Promise<readonly Finding[]> {
  const keys = deps.store.keys.all();
  const current = await deps.doors.lets(keys);
  return judgeDoor({ keys: keys.length, configured: doorConfigured, current });
}
