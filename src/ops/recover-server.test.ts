import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import {
  call,
  detached,
  failsWith,
  hello,
  live,
  processesOf,
  push,
  routeOf,
  servingOf,
  tester,
} from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { publicKey } from '../../test/machine/sample-calls.ts';
import { StoreFile } from '../store/store-file.ts';
import { recover } from './recover.ts';

/** A machine whose store is a file. */
function onDisk(t: TestContext): MemoryDeps {
  const deps = memoryDeps();
  const folder = join(deps.machine.folder, 'store');
  mkdirSync(folder);
  const storeFile = new StoreFile(folder, () => deps.clock.now());
  t.after(() => {
    storeFile.close();
    deps.close();
  });
  return { ...deps, store: storeFile.store, storeFile };
}

/** The file becomes useless, and slipwayd starts again. */
function damaged(deps: MemoryDeps): void {
  const file = deps.storeFile as StoreFile;
  file.close();
  writeFileSync(join(deps.machine.folder, 'store/slipway.db'), 'nothing of use');
  file.open();
}

const recovered = (deps: MemoryDeps) => call(deps, ['server:recover', {}]);

describe('server:recover', () => {
  it('is for root only', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await failsWith('E_NOT_ALLOWED', call(deps, ['server:recover', {}], { actor: tester }));
  });

  it('is refused while the store is whole', async (t) => {
    await failsWith('E_INPUT', recovered(onDisk(t)));
  });

  it('from a copy that knows all that runs changes nothing of it', async (t) => {
    const deps = onDisk(t);
    await live(deps, 'shop');
    deps.storeFile.copy();
    const before = [await deps.engine.list(), routeOf(deps, 'shop')];
    damaged(deps);
    await failsWith('E_STORE', call(deps, ['apps:list', {}]));
    const { notes, takenAt } = await recovered(deps);
    await deps.settled();
    assert.deepEqual(notes, []);
    assert.notEqual(takenAt, null);
    assert.deepEqual([await deps.engine.list(), routeOf(deps, 'shop')], before);
    assert.equal((await push(deps, ['shop', { ...hello, more: '' }])).release, 2);
  });

  it('leaves an app alone that is newer than the copy, until it is pushed again', async (t) => {
    const deps = onDisk(t);
    await live(deps, 'blog');
    deps.storeFile.copy();
    await live(deps, 'shop');
    await call(deps, ['domains:add', { app: 'shop', domains: ['www.example.com'] }]);
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=x y'] }]);
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    await deps.settled();
    const before = [await deps.engine.list(), routeOf(deps, 'shop')];
    damaged(deps);
    const { notes } = await recovered(deps);
    await deps.settled();
    assert.match(notes.join(), /App shop \(v4\) is newer than the copy/);
    const again = deps.restarted();
    const restarted = { ...again, store: deps.store, storeFile: deps.storeFile };
    await recover(restarted);
    await again.settled();
    assert.deepEqual([await deps.engine.list(), routeOf(deps, 'shop')], before);
    assert.equal((await push(restarted, ['shop', { ...hello, more: '' }])).release, 5);
    await again.settled();
    assert.equal(await processesOf(restarted, 'shop'), 'web.1.d6 web.2.d6');
    assert.deepEqual(await call(restarted, ['config:get', { app: 'shop', key: 'A' }]), { value: 'x y' });
    assert.deepEqual(routeOf(deps, 'shop')?.hosts, ['shop.localhost', 'www.example.com']);
    await recover(restarted);
    await again.settled();
    assert.equal(servingOf(deps, 'shop'), 'web.1.d6 web.2.d6');
  });

  it('leaves a release alone that is newer than the copy, and gives no number twice', async (t) => {
    const deps = onDisk(t);
    await live(deps, 'shop');
    deps.storeFile.copy();
    await push(deps, ['shop', { ...hello, more: '' }]);
    await push(deps, ['shop', { ...hello, more: 'again' }]);
    await deps.settled();
    damaged(deps);
    const { notes } = await recovered(deps);
    await deps.settled();
    assert.match(notes.join(), /Release v3 of shop is newer/);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d3');
    assert.equal((await push(deps, ['shop', { ...hello, more: 'once more' }])).release, 4);
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d4');
  });

  it('gives no number of a job twice, whose output another may have', async (t) => {
    const deps = onDisk(t);
    await live(deps, 'shop');
    deps.storeFile.copy();
    await live(deps, 'blog');
    const before = await detached(deps, ['ps:restart', { app: 'blog' }]);
    damaged(deps);
    await recovered(deps);
    await deps.settled();
    const after = await detached(deps, ['ps:restart', { app: 'shop' }]);
    assert.ok(after.id > before.id);
  });

  it('is refused where another was quicker', async (t) => {
    const deps = onDisk(t);
    await live(deps, 'shop');
    deps.storeFile.copy();
    damaged(deps);
    const [first, second] = await Promise.allSettled([recovered(deps), recovered(deps)]);
    const [good, bad] = first.status === 'fulfilled' ? [first, second] : [second, first];
    assert.equal(good.status, 'fulfilled');
    assert.equal(bad.status === 'rejected' && bad.reason.code, 'E_INPUT');
  });

  it('does not let in the key that another one of its name took the place of', async (t) => {
    const deps = onDisk(t);
    await call(deps, ['ssh-keys:add', { name: 'alice', key: publicKey() }]);
    deps.storeFile.copy();
    await call(deps, ['ssh-keys:remove', { name: 'alice' }]);
    await call(deps, ['ssh-keys:add', { name: 'alice', key: publicKey() }]);
    damaged(deps);
    const { notes } = await recovered(deps);
    assert.equal(notes.filter((note) => note.startsWith('Key alice')).length, 2);
    assert.deepEqual(await deps.doors.admitted(), []);
  });

  it('does not bring back what was destroyed, renamed or let in no more', async (t) => {
    const deps = onDisk(t);
    await live(deps, 'shop');
    await live(deps, 'blog');
    await call(deps, ['ssh-keys:add', { name: 'alice', key: publicKey() }]);
    deps.storeFile.copy();
    await call(deps, ['apps:destroy', { app: 'blog' }]);
    await call(deps, ['apps:rename', { app: 'shop', to: 'store' }]);
    await call(deps, ['ssh-keys:add', { name: 'bob', key: publicKey() }]);
    await call(deps, ['ssh-keys:remove', { name: 'alice' }]);
    await deps.settled();
    const before = await deps.engine.list();
    damaged(deps);
    const { notes } = await recovered(deps);
    await deps.settled();
    assert.deepEqual(await deps.engine.list(), before);
    assert.equal(deps.proxy.answer('store.localhost').status, 200);
    assert.deepEqual(notes.map((note) => note.split(' ').slice(0, 2).join(' ')).sort(), [
      'App blog',
      'App shop',
      'App store',
      'Key alice',
      'Key bob',
    ]);
    assert.deepEqual(await deps.doors.admitted(), []);
  });
});
