import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { exitOf } from '../contract/present.ts';
import { failure } from '../model/failures.ts';
import { MemoryEngine } from '../engine/memory.ts';
import { call, hello, live } from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps, type MemoryOptions } from '../../test/machine/memory-deps.ts';

function machine(context: TestContext, options: MemoryOptions = {}): MemoryDeps {
  const deps = memoryDeps(options);
  context.after(() => deps.close());
  return deps;
}

async function admitted(deps: MemoryDeps): Promise<MemoryDeps> {
  await deps.doors.admit(deps.store.keys.all());
  return deps;
}

/** The findings that are not ok, and the exit status. */
async function doctor(deps: MemoryDeps): Promise<{ exit: number; found: readonly string[] }> {
  const output = await call(deps, ['doctor', {}]);
  const found = output.filter(({ state }) => state !== 'ok').map(({ state, text }) => `${state}: ${text}`);
  return { exit: exitOf({ name: 'doctor', output }), found };
}

test('a machine with running and stopped apps is well', async (context) => {
  const deps = await admitted(machine(context));
  await live(deps, 'shop');
  await live(deps, 'blog');
  await call(deps, ['apps:create', { app: 'empty' }]);
  await call(deps, ['ps:stop', { app: 'blog' }]);
  await deps.settled();
  assert.deepEqual(await doctor(deps), { exit: 0, found: [] });
});

test('a process that is gone is broken and named', async (context) => {
  const deps = await admitted(machine(context));
  await live(deps, 'shop');
  await deps.engine.remove(await deps.engine.list('shop'));
  const { exit, found } = await doctor(deps);
  assert.equal(exit, 1);
  assert.ok(found.includes('broken: web.1 of shop is not there'));
});

test('routes that differ from the store are broken and named', async (context) => {
  const deps = await admitted(machine(context));
  await live(deps, 'shop', hello);
  deps.proxy.table = { routes: [] };
  assert.deepEqual(await doctor(deps), { exit: 1, found: ['broken: The router does not know shop'] });
});

test('what is left of an app that is gone is a warning', async (context) => {
  const deps = await admitted(machine(context));
  await live(deps, 'shop');
  const { id } = deps.store.apps.all()[0] ?? {};
  assert.ok(id);
  deps.store.apps.remove(id);
  deps.proxy.table = { routes: [] };
  const { exit, found } = await doctor(deps);
  assert.equal(exit, 0);
  assert.equal(found[0], 'warning: The container shop.web.1.d1 belongs to no app');
});

test('a domain that leads elsewhere is a warning with where it leads', async (context) => {
  const deps = await admitted(machine(context));
  await live(deps, 'shop');
  await call(deps, ['domains:add', { app: 'shop', domains: ['a.example.com', '*.example.com'] }]);
  deps.host.names.set('a.example.com', ['192.0.2.1']).set('slipway.example.com', ['198.51.100.7']);
  const { exit, found } = await doctor(deps);
  assert.equal(exit, 0);
  assert.deepEqual(found, [
    'warning: *.example.com of shop leads to 198.51.100.7, which is no address of this machine',
  ]);
});

test('keys that sshd lets in and the store does not have are broken', async (context) => {
  const deps = machine(context);
  assert.deepEqual((await doctor(deps)).found, ['broken: The file of keys is not what the store has']);
});

test('a slipwayd that waits says for what, and all else is looked at', async (context) => {
  const deps = await admitted(machine(context));
  deps.startup.problem = failure('E_DOCKER_DOWN', 'Docker does not answer');
  assert.deepEqual(await doctor(deps), {
    exit: 1,
    found: ['broken: Nothing can be changed: Docker does not answer'],
  });
});

class DeadEngine extends MemoryEngine {
  override async facts(): Promise<never> {
    throw failure('E_DOCKER_DOWN', 'Docker does not answer');
  }
}

test('without Docker the rest is looked at all the same', async (context) => {
  const deps = await admitted(machine(context));
  await live(deps, 'shop');
  deps.proxy.table = { routes: [] };
  const { exit, found } = await doctor({ ...deps, engine: new DeadEngine() });
  assert.equal(exit, 1);
  assert.deepEqual(found, [
    'broken: E_DOCKER_DOWN: Docker does not answer',
    'broken: The router does not know shop',
  ]);
});

test('where the store cannot be read, nothing is called left over', async (context) => {
  const deps = await admitted(machine(context));
  await live(deps, 'shop');
  const all = () => {
    throw failure('E_STORE', 'The store is damaged');
  };
  const store = { ...deps.store, apps: { ...deps.store.apps, all } };
  assert.deepEqual(await doctor({ ...deps, store }), {
    exit: 1,
    found: ['broken: E_STORE: The store is damaged'],
  });
});

test('a disk with less than a deploy needs is broken, what is beyond its budget a warning', async (context) => {
  const deps = await admitted(machine(context));
  const [disk] = deps.host.seen.disks;
  assert.ok(disk);
  deps.host.seen = { ...deps.host.seen, disks: [{ ...disk, freeBytes: 3e9 }] };
  await call(deps, ['cleanup:set', { app: null, property: 'image-budget', value: '2G' }]);
  const { exit, found } = await doctor(deps);
  assert.equal(exit, 1);
  assert.match(
    found[0] ?? '',
    /^broken: .*: 3\.0 GB of 100\.0 GB free \(3 %\); no deploy begins below 5\.0 GB$/,
  );
  assert.deepEqual(found.slice(1), ['warning: Images: 3.7 GiB, and the budget is 2 GiB']);
  await call(deps, ['cleanup:set', { app: null, property: 'image-budget', value: 'off' }]);
  await call(deps, ['cleanup:set', { app: null, property: 'min-free', value: '1G' }]);
  assert.deepEqual((await doctor(deps)).found, [
    `warning: ${deps.settings.root}: 3.0 GB of 100.0 GB free (3 %)`,
  ]);
});

test('a domain without https is told with what its last try failed with, and with the CAA record that forbids it', async (context) => {
  const deps = await admitted(machine(context, { settings: { acmeServer: 'production' } }));
  context.after(() => deps.certificates.stop());
  await live(deps, 'shop');
  await call(deps, ['domains:add', { app: 'shop', domains: ['a.shop.dev', 'c.shop.dev'] }]);
  deps.host.names.set('a.shop.dev', ['192.0.2.1', '2001:db8::1']).set('c.shop.dev', ['192.0.2.1']);
  deps.host.caa.set('c.shop.dev', { at: 'shop.dev', issue: ['other.test'], issuewild: [] });
  await deps.certificates.look();
  await deps.settled();
  const { exit, found } = await doctor(deps);
  assert.equal(exit, 1);
  const nobody = (domain: string) =>
    `warning: ${domain} of shop has no https yet: Nobody answers at port 80 of 192.0.2.1, where ${domain} leads: ECONNREFUSED`;
  assert.deepEqual(found, [
    'warning: a.shop.dev of shop leads here, and to 2001:db8::1 too, which is no address of this machine',
    nobody('a.shop.dev'),
    nobody('c.shop.dev'),
    'broken: A CAA record of shop.dev forbids letsencrypt.org to give a certificate for c.shop.dev of shop',
  ]);
});
