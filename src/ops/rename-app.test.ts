import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, processesOf, push, stateOf } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { failure } from '../model/failures.ts';

const rename = (deps: MemoryDeps, more: object = {}) =>
  call(deps, ['apps:rename', { app: 'shop', to: 'store', ...more }]);

/** An app with a domain of its own and a repository. */
async function shop(options: Parameters<typeof memoryDeps>[0] = {}): Promise<MemoryDeps> {
  const deps = memoryDeps(options);
  await live(deps, 'shop');
  await call(deps, ['domains:add', { app: 'shop', domains: ['www.example.com'] }]);
  await deps.settled();
  mkdirSync(deps.doors.repository('shop'), { recursive: true });
  return deps;
}

describe('apps:rename', () => {
  it('starts the processes under the new name, then moves the route in one step, then removes the old', async (t) => {
    const answers: string[] = [];
    let look = () => {};
    const deps = await shop({
      behave: () => {
        look();
        return {};
      },
    });
    t.after(() => deps.close());
    look = () => void answers.push(serving(deps));
    const changes = deps.proxy.changes;
    const done = await rename(deps);
    assert.equal(deps.proxy.changes, changes + 1);
    assert.deepEqual(answers, ['shop web.1.d1'], 'the old one serves while the new one starts');
    assert.deepEqual([done.release, done.urls], [3, ['http://store.localhost', 'http://www.example.com']]);
    assert.equal(serving(deps), 'store web.1.d3');
    assert.deepEqual(deps.proxy.answer('shop.localhost'), { status: 404 });
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), '');
    assert.equal(await processesOf(deps, 'store'), 'web.1.d3');
    assert.equal(await stateOf(deps, 'shop'), undefined);
    assert.ok(existsSync(deps.doors.repository('store')) && !existsSync(deps.doors.repository('shop')));
  });

  it('takes history, config and source along, and both names can be used afterwards', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    await rename(deps);
    await live(deps, 'shop');
    await deps.settled();
    assert.deepEqual(await call(deps, ['config:show', { app: 'store' }]), { A: '1' });
    assert.equal((await call(deps, ['releases', { app: 'store' }])).length, 4);
    assert.equal((await call(deps, ['ps:rebuild', { app: 'store' }])).release, 5);
    assert.equal((await push(deps, ['store', { ...hello, more: '' }])).release, 6);
    await call(deps, ['rollback', { app: 'store', release: 2 }]);
    await deps.settled();
    assert.equal(serving(deps, 'shop.localhost'), 'shop web.1.d5');
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d5');
  });

  it('that fails leaves everything as it was', async (t) => {
    let isBroken = false;
    const deps = await shop({ behave: () => (isBroken ? { exit: 1 } : {}) });
    t.after(() => deps.close());
    const before = await stateOf(deps, 'shop');
    isBroken = true;
    await failsWith('E_PROCESS_EXITED', rename(deps));
    isBroken = false;
    deps.proxy.refusal = failure('E_ROUTER', 'no');
    await failsWith('E_ROUTER', rename(deps));
    await deps.settled();
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    assert.equal(await processesOf(deps, 'store'), '');
    assert.equal(serving(deps), 'shop web.1.d1');
    assert.ok(existsSync(deps.doors.repository('shop')));
    await rename(deps);
  });

  it('that the store does not take is undone after the switch too', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const before = await stateOf(deps, 'shop');
    const { finish } = deps.store.deploys;
    t.mock.method(deps.store.deploys, 'finish', (...args: Parameters<typeof finish>) => {
      if (args[1].state === 'succeeded') throw failure('E_DISK_FULL', 'The disk is full');
      finish(...args);
    });
    await failsWith('E_DISK_FULL', rename(deps));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    assert.equal(serving(deps), 'shop web.1.d1');
    assert.ok(existsSync(deps.doors.repository('shop')) && !existsSync(deps.doors.repository('store')));
  });

  it('--skip-deploy leaves it stopped; an app without a release only gets the name', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await rename(deps, { skipDeploy: true });
    await deps.settled();
    assert.deepEqual(deps.proxy.answer('www.example.com'), { status: 503, app: 'store' });
    assert.equal((await deps.engine.list()).length, 0);
    assert.equal((await call(deps, ['ps:start', { app: 'store' }])).release, 3);
    assert.equal(serving(deps), 'store web.1.d3');
    await call(deps, ['apps:create', { app: 'empty' }]);
    await call(deps, ['apps:rename', { app: 'empty', to: 'void' }]);
    assert.equal(deps.store.apps.find('void')?.stopped, false);
  });

  it('is refused for a name or a default domain that is taken', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await failsWith('E_APP_EXISTS', rename(deps, { to: 'shop' }));
    await live(deps, 'blog');
    await failsWith('E_APP_EXISTS', rename(deps, { to: 'blog' }));
    await call(deps, ['domains:add', { app: 'blog', domains: ['store.localhost'] }]);
    await failsWith('E_DOMAIN_TAKEN', rename(deps));
    await failsWith('E_DOMAIN_TAKEN', rename(deps, { skipDeploy: true }));
  });

  it('work that waited for the old name finds it gone', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const renamed = rename(deps);
    const late = failsWith('E_APP_MISSING', call(deps, ['ps:restart', { app: 'shop' }]));
    await renamed;
    await late;
  });
});

describe('apps:clone', () => {
  it('makes an app of the same image, config and scale, with a domain of its own', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    await deps.settled();
    const before = await stateOf(deps, 'shop');
    const done = await call(deps, ['apps:clone', { app: 'shop', to: 'copy' }]);
    assert.deepEqual([done.release, done.urls], [1, ['http://copy.localhost']]);
    assert.deepEqual(await call(deps, ['config:show', { app: 'copy' }]), { A: '1' });
    assert.equal((await deps.engine.list('copy')).length, 2);
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    await call(deps, ['apps:destroy', { app: 'copy' }]);
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });

  it('that cannot be deployed leaves nothing', async (t) => {
    let isBroken = false;
    const deps = await shop({ behave: () => (isBroken ? { exit: 1 } : {}) });
    t.after(() => deps.close());
    const tags = [...deps.images.tags.keys()];
    isBroken = true;
    await failsWith('E_PROCESS_EXITED', call(deps, ['apps:clone', { app: 'shop', to: 'copy' }]));
    assert.equal(await stateOf(deps, 'copy'), undefined);
    assert.deepEqual(await deps.engine.list('copy'), []);
    assert.deepEqual([...deps.images.tags.keys()], tags);
  });

  it('--skip-deploy copies what is set; --ignore-existing leaves an app of that name alone', async (t) => {
    const deps = await shop();
    t.after(() => deps.close());
    const input = { app: 'shop', to: 'copy', skipDeploy: true };
    assert.equal((await call(deps, ['apps:clone', input])).changed, true);
    assert.equal(deps.store.apps.find('copy')?.current, null);
    await failsWith('E_APP_EXISTS', call(deps, ['apps:clone', input]));
    assert.equal((await call(deps, ['apps:clone', { ...input, ignoreExisting: true }])).changed, false);
  });
});

function serving(deps: MemoryDeps, host = 'www.example.com'): string {
  const answer = deps.proxy.answer(host);
  return answer.status === 200 ? `${answer.app} ${answer.endpoint}` : String(answer.status);
}
