import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { dataOf, fill, serviceDb } from '../../test/machine/service-data.ts';
import { failure } from '../model/failures.ts';
import { recover } from './recover.ts';

const text = 'all of the data';

async function machine(t: TestContext): Promise<MemoryDeps> {
  const deps = memoryDeps();
  t.after(() => deps.close());
  for (const name of ['postgres:14', 'postgres:17', 'rabbitmq:4']) deps.images.registry.set(name, name);
  await call(deps, ['postgres:create', { name: 'db', imageVersion: '14' }]);
  await fill(deps, text);
  return deps;
}

const upgrade = (deps: MemoryDeps, more: object = {}) =>
  call(deps, ['postgres:upgrade', { name: 'db', ...more }]);

/** How it stands: its version, its volume, those that are there, and whether apps reach it. */
async function standing(deps: MemoryDeps) {
  const { image, volume, kept, filling } = serviceDb(deps);
  const open = deps.services.isReachable(serviceDb(deps));
  return {
    runs: image.reference,
    volume,
    kept: kept?.volume ?? null,
    filling,
    open,
    volumes: await deps.services.volumes(serviceDb(deps)),
  };
}

const asBefore = { runs: 'postgres:14', volume: 1, kept: null, filling: null, open: true, volumes: [1] };
const moved = { runs: 'postgres:15', volume: 2, kept: 1, filling: null, open: true, volumes: [1, 2] };

describe('KIND:upgrade', () => {
  it('moves the data to a volume of its own, and keeps that of before until it is told to go', async (t) => {
    const deps = await machine(t);
    const done = await upgrade(deps);
    assert.deepEqual([done.from, done.to, done.changed], ['postgres:14', 'postgres:15', true]);
    assert.deepEqual(await standing(deps), moved);
    assert.equal(await dataOf(deps), text);
    assert.equal((await call(deps, ['postgres:backups', { name: 'db' }]))[0]?.state, 'made');
    await failsWith('E_EXISTS', upgrade(deps, { imageVersion: '17' }));
    await call(deps, ['postgres:upgrade-finish', { name: 'db' }]);
    assert.deepEqual(await standing(deps), { ...moved, kept: null, volumes: [2] });
    await failsWith('E_NOT_FOUND', call(deps, ['postgres:upgrade-finish', { name: 'db' }]));
    assert.equal((await upgrade(deps)).changed, false);
    await upgrade(deps, { imageVersion: '17' });
    assert.equal(serviceDb(deps).volume, 3);
  });

  it('goes back with the data of then, and there again with that of since', async (t) => {
    const deps = await machine(t);
    await upgrade(deps);
    await fill(deps, 'written since');
    const undo = () => call(deps, ['postgres:upgrade-undo', { name: 'db' }]);
    assert.deepEqual(await undo(), { from: 'postgres:15', to: 'postgres:14' });
    assert.equal(await dataOf(deps), text);
    assert.deepEqual(await standing(deps), { ...moved, runs: 'postgres:14', volume: 1, kept: 2 });
    await undo();
    assert.equal(await dataOf(deps), 'written since');
    assert.deepEqual(await standing(deps), moved);
  });

  it('changes size and words for its program with the same data', async (t) => {
    const deps = await machine(t);
    const { changed, to } = await upgrade(deps, { memory: '1G', configOptions: '-c work_mem=8MB' });
    assert.deepEqual([changed, to], [true, 'postgres:14']);
    assert.deepEqual(
      [serviceDb(deps).size.memory, serviceDb(deps).options],
      [2 ** 30, ['-c', 'work_mem=8MB']],
    );
    assert.deepEqual(await standing(deps), asBefore);
    assert.equal((await upgrade(deps, { memory: '1G' })).changed, false);
    await call(deps, ['postgres:stop', { name: 'db' }]);
    await upgrade(deps, { memory: '2G' });
    assert.equal((await call(deps, ['postgres:list', {}]))[0]?.status, 'stopped');
  });

  it('that fails leaves it as it was', async (t) => {
    const deps = await machine(t);
    deps.services.deaf.add('postgres:db');
    await failsWith('E_SERVICE_NOT_READY', upgrade(deps));
    await failsWith('E_SERVICE_NOT_READY', upgrade(deps, { memory: '1G' }));
    deps.services.deaf.clear();
    assert.deepEqual(await standing(deps), asBefore);
    deps.services.lossy.add('postgres:db');
    await failsWith('E_SERVICE_RESTORE', upgrade(deps));
    assert.deepEqual(await standing(deps), asBefore);
    assert.equal(await dataOf(deps), text);
    await call(deps, ['postgres:stop', { name: 'db' }]);
    await failsWith('E_SERVICE_STOPPED', upgrade(deps));
    await call(deps, ['rabbitmq:create', { name: 'mq' }]);
    await failsWith('E_INPUT', call(deps, ['rabbitmq:upgrade', { name: 'mq', imageVersion: '4' }]));
  });

  it('that the store knows nothing of is not undone: what runs goes on', async (t) => {
    const deps = await machine(t);
    await upgrade(deps);
    await fill(deps, 'written since');
    const { id, image } = serviceDb(deps);
    deps.store.services.set(id, { image: { ...image, reference: 'postgres:14' }, volume: 1, kept: null });
    const later = deps.restarted();
    await recover(later);
    assert.equal(await dataOf(later), 'written since');
    await failsWith('E_STORE', call(later, ['postgres:restart', { name: 'db' }]));
    const found = (await call(later, ['doctor', {}])).filter(({ area }) => area === 'Services');
    assert.match(found[0]?.text ?? '', /^postgres:db does not use the data in slipway-\w+\.postgres\.db\.2/);
  });

  it('whose way back fails too is undone as soon as that is possible', async (t) => {
    const deps = await machine(t);
    deps.services.lossy.add('postgres:db');
    const start = deps.services.start.bind(deps.services);
    let tries = 0;
    deps.services.start = async (...order) => {
      tries += 1;
      if (tries <= 2) throw failure('E_DOCKER_DOWN', 'Docker does not answer');
      await start(...order);
    };
    const lines: string[] = [];
    await failsWith(
      'E_SERVICE_RESTORE',
      call(deps, ['postgres:upgrade', { name: 'db' }], { onLine: ({ text: line }) => lines.push(line) }),
    );
    assert.ok(lines.some((line) => line.includes('as soon as that is possible')));
    await deps.settled();
    assert.deepEqual(await standing(deps), asBefore);
    assert.equal(await dataOf(deps), text);
  });

  it('that is cut off is undone at the next start of slipwayd', async (t) => {
    const deps = await machine(t);
    const service = serviceDb(deps);
    const signal = new AbortController().signal;
    deps.store.services.set(service.id, { filling: 2 });
    await deps.services.startClosed({ ...service, volume: 2 }, signal);
    const later = deps.restarted();
    await recover(later);
    assert.deepEqual(await standing(later), asBefore);
    assert.equal(await dataOf(later), text);
  });
});

describe('KIND:clone', () => {
  it('makes another service with the same data and a login of its own, otherwise as it is said', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:clone', { name: 'db', into: 'copy', memory: '256M' }]);
    await fill(deps, 'written since');
    assert.equal(await dataOf(deps, 'copy'), text);
    const copy = deps.store.services.find({ kind: 'postgres', name: 'copy' });
    assert.deepEqual(
      [copy?.image, copy?.size.memory, copy?.state],
      [serviceDb(deps).image, 256 * 2 ** 20, 'ready'],
    );
    assert.notEqual(copy?.login.password.reveal(), serviceDb(deps).login.password.reveal());
    await failsWith('E_EXISTS', call(deps, ['postgres:clone', { name: 'db', into: 'copy' }]));
  });

  it('that fails leaves nothing', async (t) => {
    const deps = await machine(t);
    deps.services.lossy.add('postgres:copy');
    await failsWith('E_SERVICE_RESTORE', call(deps, ['postgres:clone', { name: 'db', into: 'copy' }]));
    assert.deepEqual(await deps.services.list(), [{ kind: 'postgres', name: 'db' }]);
    await call(deps, ['nats:create', { name: 'bus' }]);
    await failsWith('E_INPUT', call(deps, ['nats:clone', { name: 'bus', into: 'copy' }]));
  });
});
