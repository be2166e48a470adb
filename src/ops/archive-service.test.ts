import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { dataOf, fill, serviceDb } from '../../test/machine/service-data.ts';
import type { InsideCommand } from '../service/service.ts';
import { ArchiveKeeper } from './due-archives.ts';
import { recover } from './recover.ts';
import { ownJob, runJob } from './run-job.ts';

const day = 24 * 60 * 60 * 1000;
const { signal } = new AbortController();

async function machine(t: TestContext): Promise<MemoryDeps> {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await call(deps, ['postgres:create', { name: 'db' }]);
  await fill(deps, 'as it was');
  return deps;
}

const archive = (deps: MemoryDeps, more: object = {}) =>
  call(deps, ['postgres:backup-archive', { name: 'db', ...more }]);

const restore = (deps: MemoryDeps, more: object) => call(deps, ['postgres:restore', { name: 'db', ...more }]);

/** One for which it is so much later. */
function keeperIn(deps: MemoryDeps, milliseconds: number): ArchiveKeeper {
  return new ArchiveKeeper({ ...deps, clock: { now: () => deps.clock.now() + milliseconds } });
}

const parts = (deps: MemoryDeps) => deps.store.archives.files(serviceDb(deps).id).map(({ part }) => part);

describe('KIND:backup-archive', () => {
  it('keeps the files of a service, from which a new one gets what was there then', async (t) => {
    const deps = await machine(t);
    assert.deepEqual(await archive(deps), { place: 'local', keepDays: 7 });
    assert.deepEqual([serviceDb(deps).archived, parts(deps)], [true, ['base']]);
    await failsWith('E_EXISTS', archive(deps));
    await fill(deps, 'changed since');
    const at = new Date(deps.clock.now()).toISOString();
    const restored = await restore(deps, { at, into: 'then' });
    assert.deepEqual(restored, { backup: null, service: 'then', safety: null });
    assert.equal(await dataOf(deps, 'then'), 'as it was', 'nothing writes a log in memory');
    const copy = deps.store.services.find({ kind: 'postgres', name: 'then' });
    assert.deepEqual([copy?.archived, copy?.login.database, copy?.state], [false, 'db', 'ready']);
  });

  it('has nothing of before, and says what it needs', async (t) => {
    const deps = await machine(t);
    const at = '2001-01-01T00:00:00Z';
    await failsWith('E_NOT_FOUND', restore(deps, { at, into: 'then' }));
    await archive(deps);
    await failsWith('E_NOT_FOUND', restore(deps, { at, into: 'then' }));
    await failsWith('E_INPUT', restore(deps, { at: '2999-01-01 12:00', into: 'then' }));
    await failsWith('E_INPUT', restore(deps, { at }));
    await failsWith('E_INPUT', restore(deps, { at, into: 'then', backup: '1' }));
    await call(deps, ['redis:create', { name: 'cache' }]);
    await failsWith('E_INPUT', call(deps, ['redis:backup-archive', { name: 'cache' }]));
    assert.deepEqual((await deps.services.list()).length, 2);
  });

  it('that fails is as if it had not been asked for', async (t) => {
    const deps = await machine(t);
    deps.services.deaf.add('postgres:db');
    await failsWith('E_SERVICE_NOT_READY', archive(deps));
    deps.services.deaf.clear();
    assert.deepEqual([serviceDb(deps).archived, parts(deps)], [false, []]);
    assert.equal(deps.store.archives.plan(serviceDb(deps).id), null);
  });

  it('is taken back with all that was kept, and goes with its service', async (t) => {
    const deps = await machine(t);
    const kept = () => readdirSync(join(deps.machine.folder, 'backups/postgres/db/archive'));
    await archive(deps);
    assert.equal(kept().length, 1);
    assert.deepEqual(await call(deps, ['postgres:backup-unarchive', { name: 'db' }]), { changed: true });
    assert.deepEqual(await call(deps, ['postgres:backup-unarchive', { name: 'db' }]), { changed: false });
    assert.deepEqual([kept(), serviceDb(deps).archived], [[], false]);
    await archive(deps);
    await call(deps, ['postgres:destroy', { name: 'db' }]);
    assert.deepEqual(kept(), []);
  });
});

/** Pieces that a service has put aside, until they are fetched: whoever packs one that is gone fails, as tar does. */
function putAside(deps: MemoryDeps, count: number): void {
  const pieces = new Set(
    Array.from({ length: count }, (_, n) => `slipway_archive/${`${n}`.padStart(24, '0')}.zst`),
  );
  const { waiting, pack, forget } = deps.services.kinds.postgres.archive ?? assert.fail();
  const { login } = serviceDb(deps);
  const isFor = ({ argv }: InsideCommand, like: InsideCommand) => argv[2] === like.argv[2];
  const open = deps.services.open.bind(deps.services);
  deps.services.open = async (service, command) => {
    const inside = await open(service, command);
    const words = command.argv.slice(4);
    if (isFor(command, waiting(login)))
      return { ...inside, output: Readable.from([[...pieces].slice(0, 2).join('\n')]) };
    if (isFor(command, pack(login, []))) {
      await new Promise((resolve) => setImmediate(resolve));
      const missing = words.filter((name) => !pieces.has(name));
      return { ...inside, end: Promise.resolve({ exitCode: missing.length, errors: missing }) };
    }
    if (isFor(command, forget(login, []))) for (const name of words) pieces.delete(name);
    return inside;
  };
}

describe('The keeper of archives', () => {
  it('and a restore do not take the same piece from each other', async (t) => {
    const deps = await machine(t);
    await archive(deps);
    putAside(deps, 7);
    const keepers = [new ArchiveKeeper(deps), new ArchiveKeeper(deps)];
    const at = new Date(deps.clock.now()).toISOString();
    await Promise.all([...keepers.map((keeper) => keeper.look(signal)), restore(deps, { at, into: 'then' })]);
    assert.deepEqual(parts(deps), ['base', 'log', 'log', 'log', 'log']);
    assert.deepEqual(
      deps.store.events.list({ limit: 50 }).filter(({ outcome }) => outcome !== 'ok'),
      [],
    );
  });

  it('keeps a base each day, and at once after an upgrade; old ones go', async (t) => {
    const deps = await machine(t);
    await archive(deps, { keep: '2' });
    const keeper = new ArchiveKeeper(deps);
    await keeper.look(signal);
    assert.deepEqual(parts(deps), ['base']);
    deps.images.registry.set('postgres:17', 'postgres:17');
    await call(deps, ['postgres:upgrade', { name: 'db', imageVersion: '17' }]);
    await keeper.look(signal);
    assert.deepEqual(parts(deps), ['base', 'base']);
    await keeperIn(deps, day).look(signal);
    assert.deepEqual(parts(deps), ['base', 'base', 'base']);
    await keeperIn(deps, 5 * day).look(signal);
    await keeperIn(deps, 5 * day).look(signal);
    assert.deepEqual(parts(deps), ['base', 'base']);
  });

  it('makes no base while its service is worked on, and tries one that failed only minutes later', async (t) => {
    const deps = await machine(t);
    await archive(deps);
    let now = deps.clock.now() + day;
    const tomorrow = { ...deps, clock: { now: () => now } };
    const keeper = new ArchiveKeeper(tomorrow);
    const work = Promise.withResolvers<void>();
    const order = ownJob('postgres:db', 'something else', 'background');
    const working = runJob(tomorrow, order, () => work.promise);
    await keeper.look(signal);
    assert.deepEqual(parts(deps), ['base']);
    work.resolve();
    await working;
    const open = deps.services.open.bind(deps.services);
    let tries = 0;
    deps.services.open = async (service, command) => {
      if (!command.argv.includes('pg_basebackup')) return open(service, command);
      tries += 1;
      throw new Error('no room');
    };
    for (const minutes of [0, 1, 3, 2]) {
      now += minutes * 60_000;
      await keeper.look(signal);
    }
    assert.equal(tries, 2);
    deps.services.open = open;
    now += day;
    await keeper.look(signal);
    assert.deepEqual(parts(deps), ['base', 'base']);
  });

  it('leaves nothing of a file whose writing was cut off', async (t) => {
    const deps = await machine(t);
    await archive(deps);
    const object = 'postgres/db/archive/half';
    const { since } = deps.store.archives.plan(serviceDb(deps).id) ?? assert.fail();
    const half = { part: 'base', object, place: 'local', image: null, since, startedAt: 1 } as const;
    deps.store.archives.begin(serviceDb(deps).id, half);
    const folder = join(deps.machine.folder, 'backups/postgres/db/archive');
    writeFileSync(join(folder, '.half.part'), 'half');
    assert.deepEqual(parts(deps), ['base'], 'nothing is restored from it');
    const later = deps.restarted();
    await recover(later);
    await later.settled();
    assert.equal(readdirSync(folder).length, 1);
    assert.deepEqual(later.store.archives.unfinished(), []);
  });

  it('tells once that it fails, and once that it does not any more', async (t) => {
    const deps = await machine(t);
    await archive(deps);
    const keeper = new ArchiveKeeper(deps);
    const outcomes = () =>
      deps.store.events
        .list({ limit: 50 })
        .filter(({ actor }) => actor === 'slipway')
        .map(({ outcome }) => outcome);
    await deps.services.stop(serviceDb(deps));
    await keeper.look(signal);
    await keeper.look(signal);
    assert.deepEqual(outcomes(), ['E_SERVICE_STOPPED']);
    await deps.services.start(serviceDb(deps), signal);
    await keeper.look(signal);
    assert.deepEqual(outcomes().toSorted(), ['E_SERVICE_STOPPED', 'ok']);
  });
});
