import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { call, failsWith, hello, live, processesOf, push } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { recover } from './recover.ts';

const set = (
  deps: MemoryDeps,
  [property, value]: readonly [string, string | null],
  app: string | null = 'shop',
) => call(deps, ['ps:set', { app, property, value }]);

async function currentOf(deps: MemoryDeps) {
  const app = deps.store.apps.find('shop') ?? assert.fail();
  return deps.store.releases.find(app, app.current ?? 0)?.release ?? assert.fail();
}

describe('ps:set', () => {
  it('of a restart policy holds from the next release on, that of the app before the global one', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await set(deps, ['restart-policy', 'no'], null);
    await set(deps, ['restart-policy', 'on-failure:3']);
    assert.equal((await currentOf(deps)).restartPolicy, 'unless-stopped');
    await call(deps, ['ps:restart', { app: 'shop' }]);
    assert.equal((await currentOf(deps)).restartPolicy, 'on-failure:3');
    await set(deps, ['restart-policy', null]);
    await call(deps, ['ps:restart', { app: 'shop' }]);
    assert.equal((await currentOf(deps)).restartPolicy, 'no');
    for (const value of ['sometimes', 'on-failure:0', 'on-failure:', 'always:3'])
      await failsWith('E_INPUT', set(deps, ['restart-policy', value]));
  });

  it('of a Procfile path takes that file, which then must be there', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await set(deps, ['procfile-path', 'deploy/Procfile']);
    await failsWith('E_PROCFILE', push(deps, ['shop', { ...hello, more: '' }]));
    await push(deps, ['shop', { ...hello, 'deploy/Procfile': 'web: other' }]);
    assert.equal((await currentOf(deps)).processes['web']?.command, 'other');
    for (const value of ['../Procfile', '/etc/passwd', 'a/../../b', '-x', 'a b', 'folder/'])
      await failsWith('E_INPUT', set(deps, ['procfile-path', value]));
  });

  it('of a start command is what web runs where there is no Procfile, and only there', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await set(deps, ['start-cmd', 'node other.js']);
    await push(deps, ['shop', { ...hello, more: '' }]);
    assert.equal((await currentOf(deps)).processes['web']?.command, 'serve');
    await call(deps, ['git:from-image', { app: 'shop', image: 'nginx:1' }]);
    assert.equal((await currentOf(deps)).processes['web']?.command, 'node other.js');
    await failsWith('E_INPUT', set(deps, ['start-cmd', 'two\nlines']));
  });
});

it('A process that its policy leaves ended is started again when slipwayd starts', async (t) => {
  const deps = memoryDeps({ behave: ({ deploy }) => (deploy === 2 ? { exit: 1, delay: 150 } : {}) });
  t.after(() => deps.close());
  await live(deps, 'shop');
  await set(deps, ['restart-policy', 'no']);
  await call(deps, ['checks:skip', { app: 'shop' }]);
  await call(deps, ['ps:restart', { app: 'shop' }]);
  await deps.settled();
  while ((await deps.engine.list('shop'))[0]?.state !== 'exited') await setTimeout(1);
  const again = deps.restarted();
  await recover(again);
  await again.settled();
  assert.equal(await processesOf(again, 'shop'), 'web.1.d3');
});

it('ps:report tells each setting at both levels and what holds; --global those of all apps', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await live(deps, 'shop');
  await set(deps, ['stop-timeout-seconds', '20'], null);
  await set(deps, ['stop-timeout-seconds', '10']);
  const [part] = await call(deps, ['ps:report', { app: 'shop' }]);
  const value = (label: string) => part?.rows.find((row) => row.label === label)?.value;
  const levels = [
    'Ps stop timeout seconds',
    'Ps global stop timeout seconds',
    'Ps computed stop timeout seconds',
  ];
  assert.deepEqual(levels.map(value), ['10', '20', '10']);
  assert.deepEqual([value('Ps restart policy'), value('Ps computed restart policy')], ['', 'unless-stopped']);
  assert.deepEqual([value('Deployed'), value('Running'), value('Ps scale')], ['true', 'true', 'web=1']);
  const [all] = await call(deps, ['ps:report', { global: true }]);
  assert.ok(all?.rows.every(({ label }) => label.startsWith('Ps global ')));
});
