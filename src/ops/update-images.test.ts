import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { call, type CallOptions, failsWith, hello, live } from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';

const onNginx = { ...hello, Dockerfile: 'FROM nginx:1\nEXPOSE 80' };

/** Three apps from nginx:1, of which the registry has another one by now, and one from nothing. */
async function outdated(t: TestContext, apps: readonly string[] = ['shop', 'blog', 'wiki']) {
  const deps = memoryDeps();
  t.after(() => deps.close());
  for (const app of apps) await live(deps, app, onNginx);
  await live(deps, 'plain');
  deps.images.registry.set('nginx:1', 'nginx:1 with a fix');
  return deps;
}

const update = (deps: MemoryDeps, input: Readonly<Record<string, unknown>> = {}, options?: CallOptions) =>
  call(deps, ['images:update', input], options);
const basesOf = async (deps: MemoryDeps, app: string) => {
  const current = (await call(deps, ['releases', { app }])).find((item) => item.current);
  return (await call(deps, ['releases:info', { app, release: current?.version }])).build?.bases;
};

describe('images:update', () => {
  it('names the apps that were built from an older image, each time until they are rebuilt', async (t) => {
    const deps = await outdated(t);
    const lines: string[] = [];
    const first = await update(deps, {}, { onLine: ({ text }) => lines.push(text) });
    assert.deepEqual(
      first.images.map(({ name, outcome }) => [name, outcome]),
      [['nginx:1', 'updated']],
    );
    assert.deepEqual(
      first.apps.map(({ app, bases, rebuilt }) => [app, bases, rebuilt]),
      ['blog', 'shop', 'wiki'].map((app) => [app, ['nginx:1'], null]),
    );
    assert.deepEqual(lines, ['Pulling nginx:1']);
    await call(deps, ['ps:rebuild', { app: 'shop' }]);
    const again = await update(deps);
    assert.deepEqual(
      again.images.map(({ outcome }) => outcome),
      ['current'],
    );
    assert.deepEqual(
      again.apps.map(({ app }) => app),
      ['blog', 'wiki'],
    );
  });

  it('with --rebuild builds them again, goes on where one fails, and leaves stopped ones stopped', async (t) => {
    const deps = await outdated(t);
    await call(deps, ['apps:lock', { app: 'blog' }]);
    await call(deps, ['ps:stop', { app: 'wiki' }]);
    const { apps } = await update(deps, { rebuild: true });
    assert.deepEqual(
      apps.map(({ app, rebuilt, reason }) => [app, rebuilt, reason?.split(':')[0] ?? null]),
      [
        ['blog', false, 'E_APP_LOCKED'],
        ['shop', true, null],
        ['wiki', null, 'it is stopped'],
      ],
    );
    const { id } = await deps.images.ensure('nginx:1');
    assert.equal((await basesOf(deps, 'shop'))?.[0]?.id, id);
    assert.notEqual((await basesOf(deps, 'blog'))?.[0]?.id, id);
    assert.equal(deps.store.apps.find('wiki')?.stopped, true);
    const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
    assert.deepEqual([deploy?.kind, deploy?.state, deploy?.actor], ['rebuild', 'succeeded', 'ann']);
  });

  it('of one name looks at that alone, and refuses one that is not here before it does anything', async (t) => {
    const deps = await outdated(t, ['shop']);
    deps.images.registry.set('redis:7', 'redis');
    await live(deps, 'cache', { ...hello, Dockerfile: 'FROM redis:7' });
    deps.images.registry.set('redis:7', 'redis with a fix');
    await failsWith('E_NOT_FOUND', update(deps, { names: ['redis:7', 'alpine:3'] }));
    const { images, apps } = await update(deps, { names: ['redis:7'] });
    assert.deepEqual([images.map(({ name }) => name), apps.map(({ app }) => app)], [['redis:7'], ['cache']]);
  });

  it('tells what failed', async (t) => {
    const deps = await outdated(t, ['shop']);
    deps.images.registry.delete('nginx:1');
    const { images, apps } = await update(deps);
    assert.deepEqual(
      images.map(({ outcome, reason }) => [outcome, reason]),
      [['failed', 'the registry has it no more']],
    );
    assert.deepEqual(apps, []);
  });
});

it('images:list shows what uses each image', async (t) => {
  const deps = await outdated(t);
  const found = (await call(deps, ['images:list', {}])).map(({ name, usedBy }) => [name, usedBy]);
  assert.deepEqual(found, [
    ['node:22', []],
    ['nginx:1', ['blog', 'shop', 'wiki']],
  ]);
});
