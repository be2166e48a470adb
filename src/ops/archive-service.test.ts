import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { dataOf, fill, serviceDb } from '../../test/machine/service-data.ts';
import { ArchiveKeeper } from './due-archives.ts';

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

describe('The keeper of archives', () => {
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
