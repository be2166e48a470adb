import assert from 'node:assert/strict';
import { httpsWishes } from './https-settings.ts';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { call, hello, push, tarOf } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { Killed, mortalSlipwayd } from '../../test/machine/mortal-slipwayd.ts';
import { furnish, type Input, sampleInputs, sampleStdin } from '../../test/machine/sample-calls.ts';
import { Failure } from '../base/failure.ts';
import { type OperationName, operationNames, rowOf } from '../contract/operations.ts';
import type { App } from '../model/app.ts';
import { kindNames } from '../model/service-kind.ts';
import { serviceKey } from '../model/service.ts';
import { wantedProcesses } from '../model/plan-processes.ts';
import { planRoute } from '../model/plan-routes.ts';
import type { Release } from '../model/release.ts';
import { domainsOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { recover } from './recover.ts';

/** What slipwayd is killed in: a sample of the table, or one on a machine that is not as furnished. */
interface Situation {
  readonly name: OperationName;
  readonly on?: string;
  readonly input?: Input;
  readonly prepare?: (deps: MemoryDeps) => Promise<unknown>;
  readonly files?: Readonly<Record<string, string>>;
}

const stop = (deps: MemoryDeps) => call(deps, ['ps:stop', { app: 'shop' }]);

const everything = {
  ...hello,
  Procfile: 'web: serve\nworker: work\nrelease: migrate',
  'app.json': '{"env":{"SECRET":{"generator":"secret"}}}',
};

const further: readonly Situation[] = [
  { name: 'git:receive', on: 'with all that a source can have', files: everything },
  { name: 'ps:start', on: 'of a stopped app', prepare: stop },
  { name: 'apps:rename', on: 'of a stopped app', prepare: stop },
  { name: 'apps:rename', on: 'without a deploy', input: { app: 'shop', to: 'store', skipDeploy: true } },
  { name: 'apps:clone', on: 'without a deploy', input: { app: 'shop', to: 'copy', skipDeploy: true } },
  { name: 'domains:add', on: 'to a stopped app', prepare: stop },
  {
    name: 'ps:restore',
    on: 'of a process that is gone',
    prepare: async ({ engine }) => engine.remove((await engine.list()).slice(0, 1)),
  },
  { name: 'ps:scale', on: 'down', input: { app: 'shop', formation: ['web=1'] } },
];

/** Of another kind of datastore: the same operations as those of the first. */
function isCopy(name: OperationName): boolean {
  const [, ...others] = kindNames;
  return others.some((kind) => name.startsWith(`${kind}:`));
}

const situations: readonly Situation[] = [
  ...operationNames.filter((name) => rowOf(name).mutates && !isCopy(name)).map((name) => ({ name })),
  ...further,
];

/** An app of two processes, three releases and a repository. */
async function furnished({ prepare }: Situation): Promise<MemoryDeps> {
  const deps = memoryDeps();
  await furnish(deps);
  await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
  await deps.settled();
  mkdirSync(deps.doors.repository('shop'), { recursive: true });
  await prepare?.(deps);
  await deps.settled();
  return deps;
}

async function attempt(deps: MemoryDeps, { name, input, files }: Situation): Promise<unknown> {
  const stdin = files ? tarOf(files) : sampleStdin(name);
  return call(deps, [name, input ?? sampleInputs[name]], stdin ? { stdin } : {});
}

/** Runs it in a slipwayd that dies after so many effects; false where it lived to the end of it all. */
async function isKilled(deps: MemoryDeps, situation: Situation, effects: number): Promise<boolean> {
  const { victim, life } = mortalSlipwayd(deps);
  await recover(victim);
  await victim.settled();
  life.endAfter(effects);
  await ended(attempt(victim, situation));
  await ended(victim.settled());
  const wasKilled = life.isOver;
  life.end();
  return wasKilled;
}

/** However it ends: some samples fail, and a slipwayd that was killed fails at all that it still tries. */
async function ended(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Failure || error instanceof Killed)) throw error;
  });
}

async function restarted(deps: MemoryDeps): Promise<MemoryDeps> {
  const again = deps.restarted();
  await again.doors.admit(again.store.keys.all());
  await recover(again);
  await again.settled();
  return again;
}

/** Nothing is half made, nothing is left over, and the current release of each app serves. */
async function assertWhole(deps: MemoryDeps): Promise<void> {
  const apps = deps.store.apps.all();
  const names = apps.map(({ name }) => name);
  assert.deepEqual(deps.store.deploys.unfinished(), []);
  for (const app of apps) await assertServed(deps, app);
  const strangers = (await deps.engine.list()).filter(({ app }) => !names.includes(app));
  assert.deepEqual(strangers, [], 'processes of no app');
  assert.deepEqual(
    deps.proxy.table.routes.filter(({ app }) => !names.includes(app)),
    [],
    'routes of no app',
  );
  await assertServices(deps);
  assertNothingLeft(deps, apps);
  assert.ok(await deps.doors.lets(deps.store.keys.all()), 'exactly the keys of the store are let in');
}

/** Each that the store has runs unless it was stopped, there is nothing of another one, and no link is half made. */
async function assertServices(deps: MemoryDeps): Promise<void> {
  const known = deps.store.services.all();
  assert.deepEqual((await deps.services.list()).map(serviceKey), known.map(serviceKey).sort());
  for (const service of known) {
    assert.equal(service.state, 'ready');
    const { state } = await deps.services.standing(service);
    assert.equal(state, service.stopped ? 'stopped' : 'running', serviceKey(service));
    const links = deps.store.links.ofService(service.id);
    assert.ok(links.every((link) => link.state === 'linked'));
  }
}

async function assertServed(deps: MemoryDeps, app: App): Promise<void> {
  const release = app.stopped ? undefined : currentReleaseOf(deps, app);
  const processes = await deps.engine.list(app.name);
  assert.deepEqual(processes.map(identity).sort(), release ? wanted(release) : []);
  const served = deps.proxy.table.routes.find((route) => route.app === app.name);
  const domains = release?.domains ?? domainsOf(deps, app);
  const https = httpsWishes(deps).policyOf(app.name);
  const route = { ...planRoute(app.name, domains, processes), https };
  assert.deepEqual(served, app.current === null ? undefined : route);
}

function wanted(release: Release): readonly string[] {
  return wantedProcesses(release, 0).map(identity).sort();
}

function identity(process: { type: string; index: number; fingerprint: string }): string {
  return `${process.type}.${process.index} ${process.fingerprint}`;
}

function assertNothingLeft(deps: MemoryDeps, apps: readonly App[]): void {
  const records = apps.flatMap((app) => deps.store.releases.list(app));
  const passed = records
    .filter(({ state }) => state === 'passed')
    .map(({ release }) => release.image.reference);
  const ours = [...deps.images.tags.keys()].filter((tag) => tag.startsWith(deps.names.imagesOf()));
  assert.deepEqual(
    ours.filter((tag) => !passed.includes(tag)),
    [],
    'images of no release',
  );
  const current = apps.flatMap((app) => currentReleaseOf(deps, app)?.image.reference ?? []);
  assert.deepEqual(
    current.filter((tag) => !ours.includes(tag)),
    [],
    'current images that are gone',
  );
  const deploys = apps.flatMap((app) => deps.store.deploys.list(app, 1000));
  const succeeded = deploys.filter(({ state }) => state === 'succeeded').map(({ id }) => `${id}`);
  assertOnly(deps, 'sources', succeeded);
  assertOnly(
    deps,
    'deploys',
    deploys.map(({ id }) => `${id}.jsonl`),
  );
  assertOnly(
    deps,
    'repos',
    apps.map(({ name }) => `${name}.git`),
  );
}

function assertOnly({ machine }: MemoryDeps, folder: string, known: readonly string[]): void {
  const path = join(machine.folder, folder);
  const there = existsSync(path) ? readdirSync(path) : [];
  assert.deepEqual(
    there.filter((name) => !known.includes(name)),
    [],
    `left in ${folder}`,
  );
}

/** Effects after which each of these has made some of the new and has not let go of the old. */
const halfWay = 9;

/** The app of the sample is there still, under whichever name, with its repository; or all of it is gone. */
function assertKept(deps: MemoryDeps, before: App, { name, input }: Situation): void {
  const app = deps.store.apps.all().find(({ id }) => id === before.id);
  if (name === 'apps:clone' && !input)
    assert.deepEqual(
      deps.store.apps.all().filter(({ current }) => current === null),
      [],
      'no copy is half made',
    );
  if (name === 'apps:destroy' && !app) return;
  assert.ok(app, 'the app is there');
  assert.notEqual(app.current, null);
  assert.ok(existsSync(deps.doors.repository(app.name)), 'its repository is there');
}

/** After it the same can be asked for again, and whatever the answer, a push works. */
async function assertUsable(deps: MemoryDeps, situation: Situation): Promise<void> {
  await ended(attempt(deps, situation));
  await deps.settled();
  await assertWhole(deps);
  const name = deps.store.apps.all()[0]?.name ?? 'shop';
  if (!deps.store.apps.find(name)) await call(deps, ['apps:create', { app: name }]);
  if (deps.store.apps.find(name)?.locked) await call(deps, ['apps:unlock', { app: name }]);
  await push(deps, [name, { ...hello, more: 'after all' }]);
  await deps.settled();
  await assertWhole(deps);
}

/** Kills it after no effect, after one, and so on, until it lives to the end. Each time all must be well. */
async function killAtEach(attempt: (effects: number) => Promise<boolean>): Promise<void> {
  for (let effects = 0; ; effects += 1) {
    const wasKilled = await attempt(effects).catch((error: unknown) => {
      throw new Error(`after ${effects} effects: ${String(error)}`, { cause: error });
    });
    if (!wasKilled) return;
  }
}

describe('a slipwayd that is killed between any two effects', () => {
  for (const situation of situations) {
    it(`of ${situation.name} ${situation.on ?? ''}`, () =>
      killAtEach(async (effects) => {
        const deps = await furnished(situation);
        const before = deps.store.apps.find('shop') ?? assert.fail();
        const wasKilled = await isKilled(deps, situation, effects);
        const again = await restarted(deps);
        await assertWhole(again);
        assertKept(again, before, situation);
        await assertUsable(again, situation);
        deps.close();
        return wasKilled;
      }));
  }

  for (const name of ['git:receive', 'apps:rename', 'apps:destroy', 'apps:clone'] as const) {
    it(`of its recovery from being killed in ${name}`, () =>
      killAtEach(async (effects) => {
        const situation = { name };
        const deps = await furnished(situation);
        const before = deps.store.apps.find('shop') ?? assert.fail();
        await isKilled(deps, situation, halfWay);
        await deps.engine.remove((await deps.engine.list()).slice(0, 1));
        const { victim, life } = mortalSlipwayd(deps);
        life.endAfter(effects);
        await ended(recover(victim));
        await ended(victim.settled());
        const wasKilled = life.isOver;
        life.end();
        const again = await restarted(deps);
        await assertWhole(again);
        assertKept(again, before, situation);
        deps.close();
        return wasKilled;
      }));
  }
});
