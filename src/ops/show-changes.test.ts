import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, push } from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';

async function changed(): Promise<MemoryDeps> {
  const deps = memoryDeps();
  await live(deps, 'shop');
  await call(deps, ['config:set', { app: 'shop', pairs: ['A=s3cret', 'B=2'] }]);
  await call(deps, ['config:set', { app: 'shop', pairs: ['A=other'] }]);
  await call(deps, ['config:unset', { app: 'shop', keys: ['B'] }]);
  return deps;
}

describe('releases:diff', () => {
  it('names what was added, changed and removed, and hides config values', async (t) => {
    const deps = await changed();
    t.after(() => deps.close());
    const diff = (from: number, to: number, show = false) =>
      call(deps, ['releases:diff', { app: 'shop', from, to, show }]);
    const hidden = { before: null, after: null };
    assert.deepEqual(await diff(2, 4), [
      { part: 'config', name: 'A', change: 'changed', ...hidden },
      { part: 'config', name: 'B', change: 'removed', ...hidden },
    ]);
    const [shown] = await diff(2, 4, true);
    assert.deepEqual([shown?.before, shown?.after], ['s3cret', 'other']);
    assert.deepEqual(
      (await diff(4, 2)).map(({ change }) => change),
      ['changed', 'added'],
    );
    assert.deepEqual(await diff(3, 3), []);
    await failsWith('E_RELEASE_MISSING', diff(1, 9));
  });

  it('shows image, commands, counts and domains with what they were', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await push(deps, ['shop', { ...hello, Procfile: 'web: other\nworker: work' }]);
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    await call(deps, ['domains:add', { app: 'shop', domains: ['shop.example.com'] }]);
    const found = await call(deps, ['releases:diff', { app: 'shop', from: 'v1', to: 'v4' }]);
    assert.deepEqual(
      found.map(({ part, name, change }) => `${part} ${name} ${change}`),
      [
        'image  changed',
        'revision  changed',
        'process web changed',
        'process worker added',
        'formation web changed',
        'formation worker added',
        'limit worker added',
        'domain shop.example.com added',
      ],
    );
    const count = found.find(({ part }) => part === 'formation');
    assert.deepEqual([count?.before, count?.after], ['1', '2']);
  });
});

describe('config:history', () => {
  it('lists who changed which keys with which release, newest first', async (t) => {
    const deps = await changed();
    t.after(() => deps.close());
    await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
    const history = await call(deps, ['config:history', { app: 'shop' }]);
    assert.deepEqual(
      history.map(({ version, by, changes }) => [
        version,
        by,
        changes.map(({ name, change }) => `${change} ${name}`),
      ]),
      [
        [4, 'ann', ['removed B']],
        [3, 'ann', ['changed A']],
        [2, 'ann', ['added A', 'added B']],
      ],
    );
    assert.doesNotMatch(JSON.stringify(history), /s3cret/);
    const shown = await call(deps, ['config:history', { app: 'shop', show: true }]);
    assert.match(JSON.stringify(shown), /s3cret/);
  });

  it('says nothing of a release that did not pass its checks', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop', { ...hello, Procfile: 'web: serve' });
    const behaviour = { app: 'shop', files: { ...hello, Procfile: 'web: crash' } };
    await failsWith('E_PROCESS_EXITED', push(deps, [behaviour.app, behaviour.files]));
    await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
    const history = await call(deps, ['config:history', { app: 'shop' }]);
    assert.deepEqual(
      history.map(({ version }) => version),
      [3],
    );
  });
});
