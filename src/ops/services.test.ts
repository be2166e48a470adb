import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { call, failsWith, live, processesOf } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { failure } from '../model/failures.ts';
import type { KindName } from '../model/service-kind.ts';
import { recover } from './recover.ts';

/** A machine with an app that is live and the service postgres:db. */
async function machine(t: TestContext, options: Parameters<typeof memoryDeps>[0] = {}): Promise<MemoryDeps> {
  const deps = memoryDeps(options);
  t.after(() => deps.close());
  await live(deps, 'shop');
  await call(deps, ['postgres:create', { name: 'db' }]);
  return deps;
}

const link = (deps: MemoryDeps, more: object = {}, kind: KindName = 'postgres') =>
  call(deps, [`${kind}:link`, { name: 'db', app: 'shop', ...more }]);

async function config(deps: MemoryDeps): Promise<Readonly<Record<string, string>>> {
  return call(deps, ['config:show', { app: 'shop' }]);
}

const urlOf = async (deps: MemoryDeps, name = 'db') => {
  const [info] = await call(deps, ['postgres:info', { name }]);
  return info?.rows.find(({ key }) => key === 'dsn')?.value ?? '';
};

describe('KIND:create', () => {
  it('makes a service that runs, with a password of its own', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:create', { name: 'other-one' }]);
    const url = await urlOf(deps);
    assert.match(url, /^postgres:\/\/postgres:[0-9a-f]{32}@slipway-postgres-db:5432\/db$/);
    assert.match(await urlOf(deps, 'other-one'), /@slipway-postgres-other-one:5432\/other_one$/);
    assert.notEqual(
      deps.store.services.all()[0]?.login.password,
      deps.store.services.all()[1]?.login.password,
    );
    assert.deepEqual(await call(deps, ['postgres:list', {}]), [
      { name: 'db', version: 'postgres:15', status: 'running', apps: [] },
      { name: 'other-one', version: 'postgres:15', status: 'running', apps: [] },
    ]);
    assert.deepEqual(await call(deps, ['redis:list', {}]), []);
  });

  it('refuses a name that is taken, and one whose data nobody knows', async (t) => {
    const deps = await machine(t);
    await failsWith('E_EXISTS', call(deps, ['postgres:create', { name: 'db' }]));
    await call(deps, ['postgres:create', { name: 'a_b' }]);
    await failsWith('E_EXISTS', call(deps, ['postgres:create', { name: 'a-b' }]));
    const [db] = deps.store.services.all();
    deps.store.services.remove(db?.id ?? 0);
    await failsWith('E_EXISTS', call(deps, ['postgres:create', { name: 'a_b' }]));
  });

  it('leaves nothing of one that does not take requests', async (t) => {
    const deps = await machine(t);
    deps.services.deaf.add('postgres:mute');
    await failsWith('E_SERVICE_NOT_READY', call(deps, ['postgres:create', { name: 'mute' }]));
    assert.deepEqual(await deps.services.list(), [{ kind: 'postgres', name: 'db' }]);
    assert.equal(deps.store.services.find({ kind: 'postgres', name: 'mute' }), undefined);
    assert.deepEqual(await call(deps, ['postgres:exists', { name: 'mute' }]), { exists: false });
  });
});

describe('KIND:info', () => {
  const valueOf = async (deps: MemoryDeps, key: string) => {
    const [info] = await call(deps, ['postgres:info', { name: 'db' }]);
    return info?.rows.find((row) => row.key === key)?.value;
  };

  it('tells facts of the program where it runs, and of the backups', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:import', { name: 'db' }], { stdin: Readable.from(['x'.repeat(2048)]) });
    assert.equal(await valueOf(deps, 'data-size'), '2 KiB');
    assert.equal(await valueOf(deps, 'last-backup'), 'none');
    await call(deps, ['postgres:backup', { name: 'db', noVerify: true }]);
    assert.match((await valueOf(deps, 'last-backup')) ?? '', /Z not verified yet$/);
    assert.equal(await valueOf(deps, 'last-verified-backup'), 'none');
    await call(deps, ['postgres:backup-verify', { name: 'db' }]);
    assert.match((await valueOf(deps, 'last-verified-backup')) ?? '', /^2\d{3}-.*Z$/);
    await call(deps, ['postgres:stop', { name: 'db' }]);
    assert.equal(await valueOf(deps, 'data-size'), undefined);
  });
});

describe('KIND:link', () => {
  it('makes a release with the address, and unlink one without', async (t) => {
    const deps = await machine(t);
    const done = await link(deps, { query: 'pool=5' });
    assert.deepEqual([done.release, done.variables], [2, ['DATABASE_URL']]);
    assert.equal((await config(deps))['DATABASE_URL'], `${await urlOf(deps)}?pool=5`);
    assert.deepEqual(await call(deps, ['postgres:links', { name: 'db' }]), ['shop']);
    assert.deepEqual(await call(deps, ['postgres:app-links', { app: 'shop' }]), ['db']);
    assert.deepEqual(await call(deps, ['postgres:linked', { name: 'db', app: 'shop' }]), { linked: true });
    await failsWith('E_EXISTS', link(deps));
    await failsWith('E_SERVICE_LINKED', call(deps, ['postgres:destroy', { name: 'db' }]));
    await call(deps, ['postgres:unlink', { name: 'db', app: 'shop' }]);
    assert.deepEqual(await config(deps), {});
    await failsWith('E_NOT_FOUND', call(deps, ['postgres:unlink', { name: 'db', app: 'shop' }]));
    await call(deps, ['postgres:destroy', { name: 'db' }]);
    assert.deepEqual(await deps.services.list(), []);
    await failsWith('E_SERVICE_MISSING', call(deps, ['postgres:info', { name: 'db' }]));
  });

  it('is not there where the release with it fails, and stays where the one without fails', async (t) => {
    let broken = false;
    const deps = await machine(t, { behave: () => (broken ? { exit: 1 } : {}) });
    broken = true;
    await failsWith('E_PROCESS_EXITED', link(deps));
    assert.deepEqual(await call(deps, ['postgres:links', { name: 'db' }]), []);
    assert.deepEqual(await config(deps), {});
    broken = false;
    await link(deps);
    broken = true;
    await failsWith('E_PROCESS_EXITED', call(deps, ['postgres:unlink', { name: 'db', app: 'shop' }]));
    assert.deepEqual(await call(deps, ['postgres:links', { name: 'db' }]), ['shop']);
    assert.deepEqual(Object.keys(await config(deps)), ['DATABASE_URL']);
  });

  it('is kept for the next release with --no-restart', async (t) => {
    const deps = await machine(t);
    const before = await processesOf(deps, 'shop');
    assert.equal((await link(deps, { noRestart: true })).release, null);
    assert.equal(await processesOf(deps, 'shop'), before);
    assert.deepEqual(Object.keys(await config(deps)), ['DATABASE_URL']);
  });

  it('of a second service has a colour, until it is promoted', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:create', { name: 'next' }]);
    await link(deps);
    await link(deps, { name: 'next' });
    assert.deepEqual(Object.keys(await config(deps)), ['DATABASE_URL', 'SLIPWAY_POSTGRES_AQUA_URL']);
    assert.equal((await call(deps, ['postgres:promote', { name: 'next', app: 'shop' }])).changed, true);
    assert.equal((await call(deps, ['postgres:promote', { name: 'next', app: 'shop' }])).changed, false);
    const { DATABASE_URL, SLIPWAY_POSTGRES_BLACK_URL } = await config(deps);
    assert.deepEqual(
      [DATABASE_URL, SLIPWAY_POSTGRES_BLACK_URL],
      [await urlOf(deps, 'next'), await urlOf(deps, 'db')],
    );
  });

  it('stays with the first app when that is cloned, its address too', async (t) => {
    const deps = await machine(t);
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    await link(deps);
    await call(deps, ['apps:clone', { app: 'shop', to: 'copy' }]);
    assert.deepEqual(await call(deps, ['config:show', { app: 'copy' }]), { A: '1' });
    assert.deepEqual(await call(deps, ['postgres:links', { name: 'db' }]), ['shop']);
    await call(deps, ['apps:clone', { app: 'shop', to: 'twin', withLinks: true }]);
    assert.deepEqual(Object.keys(await call(deps, ['config:show', { app: 'twin' }])), ['A', 'DATABASE_URL']);
    assert.deepEqual(await call(deps, ['postgres:links', { name: 'db' }]), ['shop', 'twin']);
  });

  it('goes with its app', async (t) => {
    const deps = await machine(t);
    await link(deps);
    await call(deps, ['apps:destroy', { app: 'shop' }]);
    assert.deepEqual(await call(deps, ['postgres:links', { name: 'db' }]), []);
    await call(deps, ['postgres:destroy', { name: 'db' }]);
  });
});

describe('The data of a service', () => {
  it('comes out as it went in, and a broken dump changes nothing', async (t) => {
    const deps = await machine(t);
    const send = (text: string) =>
      call(deps, ['postgres:import', { name: 'db' }], { stdin: Readable.from([Buffer.from(text)]) });
    const read = async () => {
      const chunks: Uint8Array[] = [];
      const { bytes } = await call(deps, ['postgres:export', { name: 'db' }], {
        onBytes: (chunk) => chunks.push(chunk),
      });
      const all = Buffer.concat(chunks);
      assert.equal(bytes, all.length);
      return all.toString();
    };
    await send('all of it');
    assert.equal(await read(), 'all of it');
    await failsWith('E_SERVICE_RESTORE', send('broken: half'));
    assert.equal(await read(), 'all of it');
    await call(deps, ['postgres:stop', { name: 'db' }]);
    await failsWith('E_SERVICE_STOPPED', send('more'));
    await failsWith('E_INPUT', call(deps, ['postgres:import', { name: 'db' }]));
  });

  it('is as before where the dump itself breaks off, for its own reason', async (t) => {
    const deps = await machine(t);
    const half = async function* () {
      yield Buffer.from('half');
      throw failure('E_DOWNLOAD', 'the other side is gone');
    };
    const stdin = Readable.from(half());
    await failsWith('E_DOWNLOAD', call(deps, ['postgres:import', { name: 'db' }], { stdin }));
    assert.deepEqual(await call(deps, ['postgres:export', { name: 'db' }]), { bytes: 0 });
  });

  it('outlives a stop, and a start of slipwayd leaves it stopped', async (t) => {
    const deps = await machine(t);
    assert.deepEqual(await call(deps, ['postgres:stop', { name: 'db' }]), { changed: true });
    assert.deepEqual(await call(deps, ['postgres:stop', { name: 'db' }]), { changed: false });
    const later = deps.restarted();
    await recover(later);
    assert.equal((await call(later, ['postgres:list', {}]))[0]?.status, 'stopped');
    assert.deepEqual(await call(later, ['postgres:start', { name: 'db' }]), { changed: true });
    assert.deepEqual(await call(later, ['postgres:start', { name: 'db' }]), { changed: false });
    await call(later, ['postgres:restart', { name: 'db' }]);
    assert.equal((await call(later, ['postgres:list', {}]))[0]?.status, 'running');
  });
});

describe('KIND:expose', () => {
  const places = (deps: MemoryDeps) =>
    deps.machine.proxy.table.doors?.map(({ service, address, port }) => `${service} ${address} ${port}`);
  const expose = (deps: MemoryDeps, place?: string, name = 'db') =>
    call(deps, ['postgres:expose', { name, ...(place === undefined ? {} : { place }) }]);

  it('opens a door to the service until it is taken back, or the service destroyed', async (t) => {
    const deps = await machine(t);
    assert.deepEqual(await expose(deps), { address: '127.0.0.1', port: 5432 });
    await call(deps, ['postgres:create', { name: 'other' }]);
    assert.deepEqual(await expose(deps, undefined, 'other'), { address: '127.0.0.1', port: 5433 });
    assert.deepEqual(places(deps), ['postgres:db 127.0.0.1 5432', 'postgres:other 127.0.0.1 5433']);
    await failsWith('E_EXISTS', expose(deps, '7000'));
    assert.deepEqual(await call(deps, ['postgres:unexpose', { name: 'db' }]), { changed: true });
    assert.deepEqual(await call(deps, ['postgres:unexpose', { name: 'db' }]), { changed: false });
    await failsWith('E_PORT_TAKEN', expose(deps, '5433'));
    await call(deps, ['postgres:destroy', { name: 'other' }]);
    assert.deepEqual(places(deps), []);
  });

  it('is the same after a start of slipwayd; a taken place keeps no app from being served', async (t) => {
    const deps = await machine(t);
    await expose(deps, '10.1.2.3:7000');
    const later = deps.restarted();
    await recover(later);
    assert.deepEqual(places(later), ['postgres:db 10.1.2.3 7000']);
    later.machine.proxy.refusal = failure('E_PORT_TAKEN', 'another program listens there');
    later.machine.proxy.table = { routes: [] };
    const last = later.restarted();
    await recover(last);
    assert.deepEqual(
      last.machine.proxy.table.routes.map(({ app }) => app),
      ['shop'],
    );
  });

  it('is told by doctor where others than this machine come, and where nobody listens', async (t) => {
    const deps = await machine(t);
    const told = async () =>
      (await call(deps, ['doctor', {}])).flatMap(({ area, state, text }) =>
        area === 'Services' ? [`${state} ${text}`] : [],
      );
    await expose(deps, '10.1.2.3:7000');
    assert.match((await told()).join(), /^warning postgres:db is exposed at 10\.1\.2\.3:7000/);
    await deps.routes.closeDoor('postgres:db');
    assert.match((await told()).join(), /^broken postgres:db is not reached at 10\.1\.2\.3:7000/);
  });

  it('needs one that runs', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:stop', { name: 'db' }]);
    await failsWith('E_SERVICE_STOPPED', expose(deps));
    assert.equal(deps.store.services.all()[0]?.exposed, null);
  });
});

describe('The start of slipwayd', () => {
  it('removes what was being made or removed, and starts what should run', async (t) => {
    const deps = await machine(t);
    await call(deps, ['postgres:create', { name: 'half' }]);
    await call(deps, ['postgres:create', { name: 'going' }]);
    const idOf = (name: string) => deps.store.services.find({ kind: 'postgres', name })?.id ?? 0;
    deps.store.services.set(idOf('half'), { state: 'making' });
    deps.store.services.set(idOf('going'), { state: 'removing' });
    await deps.services.remove({ kind: 'postgres', name: 'db' }, { data: false });
    const later = deps.restarted();
    await recover(later);
    assert.deepEqual(
      (await call(later, ['postgres:list', {}])).map(({ name, status }) => [name, status]),
      [['db', 'running']],
    );
    assert.deepEqual(await later.services.list(), [{ kind: 'postgres', name: 'db' }]);
  });

  it('takes back a link that was cut off', async (t) => {
    const deps = await machine(t);
    const app = deps.store.apps.find('shop')?.id ?? 0;
    const service = deps.store.services.find({ kind: 'postgres', name: 'db' })?.id ?? 0;
    deps.store.links.set(service, app, { state: 'linking', query: '' });
    await recover(deps.restarted());
    assert.deepEqual(deps.store.links.ofApp(app), []);
  });
});

it('doctor tells of a service that does not run, and of data that nobody knows', async (t) => {
  const deps = await machine(t);
  await call(deps, ['redis:create', { name: 'cache' }]);
  await deps.services.remove({ kind: 'postgres', name: 'db' }, { data: false });
  deps.store.services.remove(deps.store.services.find({ kind: 'redis', name: 'cache' })?.id ?? 0);
  const found = (await call(deps, ['doctor', {}])).filter(({ area }) => area === 'Services');
  assert.deepEqual(
    found.map(({ state, text }) => [state, text]),
    [
      ['broken', 'postgres:db does not run'],
      ['warning', 'Containers or data of redis:cache are here, and no service is called so'],
    ],
  );
});
