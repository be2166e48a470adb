import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, processesOf, push, stateOf } from '../../test/machine/memory-calls.ts';
import { behaviourOf, memoryDeps } from '../../test/machine/memory-deps.ts';
import type { Behaviour } from '../engine/memory.ts';

/** An app that is live; processes behave as `behave.next` says once that is set. */
async function shop() {
  const behave: { next: Behaviour | undefined } = { next: undefined };
  const deps = memoryDeps({ behave: (spec) => behave.next ?? behaviourOf(spec) });
  await live(deps, 'shop');
  return { deps, behave };
}

describe('config:set', () => {
  it('makes a new release of the same image with new processes', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    const done = await call(deps, ['config:set', { app: 'shop', pairs: ['A=1', 'B=two words=x\n'] }]);
    assert.deepEqual([done.release, done.replaced, done.changed], [2, 1, true]);
    assert.deepEqual(await call(deps, ['config:show', { app: 'shop' }]), { A: '1', B: 'two words=x\n' });
    await deps.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d2');
    const info = await call(deps, ['releases:info', { app: 'shop', release: 2 }]);
    assert.deepEqual([info.description, info.configKeys], ['Set A, B', ['A', 'B']]);
  });

  it('to the same value makes no release, and names only what differs', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1', 'B=1'] }]);
    const same = await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    assert.deepEqual([same.changed, same.release], [false, null]);
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1', 'B=2'] }]);
    const [release] = await call(deps, ['releases', { app: 'shop' }]);
    assert.deepEqual([release?.version, release?.description], [3, 'Set B']);
  });

  it('whose restart fails changes no stored config', async (t) => {
    const { deps, behave } = await shop();
    t.after(() => deps.close());
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1', 'B=1'] }]);
    await deps.settled();
    const before = await stateOf(deps, 'shop');
    behave.next = { exit: 1 };
    await failsWith('E_PROCESS_EXITED', call(deps, ['config:set', { app: 'shop', pairs: ['A=2', 'C=3'] }]));
    await failsWith('E_PROCESS_EXITED', call(deps, ['config:unset', { app: 'shop', keys: ['A'] }]));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });

  it('with --no-restart is kept for the next release, whatever makes that', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'], noRestart: true }]);
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d1');
    assert.equal(deps.store.apps.find('shop')?.current, 1);
    const keys = async (release: number) =>
      (await call(deps, ['releases:info', { app: 'shop', release }])).configKeys;
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    assert.deepEqual(await keys(2), ['A']);
    await call(deps, ['config:set', { app: 'shop', pairs: ['B=1'], noRestart: true }]);
    await call(deps, ['ps:restart', { app: 'shop' }]);
    assert.deepEqual(await keys(3), ['A', 'B']);
    await call(deps, ['config:set', { app: 'shop', pairs: ['C=1'], noRestart: true }]);
    await push(deps, ['shop', { ...hello, more: '' }]);
    assert.deepEqual(await keys(4), ['A', 'B', 'C']);
  });

  it('before the first deploy, and while the app is stopped, only stores; the next start takes it', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    assert.equal((await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }])).release, null);
    await push(deps, ['shop', hello]);
    await call(deps, ['ps:stop', { app: 'shop' }]);
    assert.equal((await call(deps, ['config:set', { app: 'shop', pairs: ['B=1'] }])).release, null);
    assert.equal(await processesOf(deps, 'shop'), '');
    const started = await call(deps, ['ps:start', { app: 'shop' }]);
    assert.deepEqual([started.release, started.replaced], [2, 1]);
    const info = await call(deps, ['releases:info', { app: 'shop', release: 2 }]);
    assert.deepEqual(info.configKeys, ['A', 'B']);
  });

  it('with --encoded takes base64 of a text, and refuses the rest without telling the value', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    const set = (word: string) => call(deps, ['config:set', { app: 'shop', pairs: [word], encoded: true }]);
    await set(`A=${Buffer.from('ä\nb').toString('base64')}`);
    assert.deepEqual(await call(deps, ['config:get', { app: 'shop', key: 'A' }]), { value: 'ä\nb' });
    for (const wrong of ['$()', 'a', '/w==', 'AA==', 'YQ==YQ==']) {
      const { message, detail } = await failsWith('E_INPUT', set(`A=${wrong}`));
      assert.ok(!`${message}${detail.join()}`.includes(wrong === 'a' ? '"a"' : wrong), message);
    }
  });

  it('--global is below the config of the app, and running apps take it with their next release', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    await call(deps, ['config:set', { app: null, pairs: ['A=global', 'B=global'] }]);
    assert.equal(deps.store.apps.find('shop')?.current, 1);
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=own'] }]);
    const release = deps.store.releases.find(deps.store.apps.all()[0] ?? assert.fail(), 2)?.release;
    const values = Object.entries(release?.config ?? {}).map(([key, value]) => `${key}=${value.reveal()}`);
    assert.deepEqual(values, ['A=own', 'B=global']);
    assert.deepEqual(await call(deps, ['config:show', { app: null }]), { A: 'global', B: 'global' });
  });
});

describe('config:unset', () => {
  it('takes keys away by a new release, and does nothing for keys that are not set', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1', 'B=1'] }]);
    assert.equal((await call(deps, ['config:unset', { app: 'shop', keys: ['A', 'X'] }])).release, 3);
    assert.deepEqual(await call(deps, ['config:keys', { app: 'shop' }]), ['B']);
    assert.deepEqual(await call(deps, ['config:get', { app: 'shop', key: 'A' }]), { value: null });
    assert.equal((await call(deps, ['config:unset', { app: 'shop', keys: ['A'] }])).changed, false);
  });

  it('knows no keys but those that were set, whatever an object of JavaScript has', async (t) => {
    const { deps } = await shop();
    t.after(() => deps.close());
    const name = 'constructor';
    assert.deepEqual(await call(deps, ['config:get', { app: 'shop', key: name }]), { value: null });
    assert.equal((await call(deps, ['config:unset', { app: 'shop', keys: [name] }])).changed, false);
    await call(deps, ['config:set', { app: 'shop', pairs: ['__proto__=1', `${name}=2`] }]);
    assert.deepEqual(await call(deps, ['config:keys', { app: 'shop' }]), ['__proto__', 'constructor']);
  });
});
