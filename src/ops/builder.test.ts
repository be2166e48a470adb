import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { call, failsWith, type Files, hello, live, push, tarOf } from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';

function machine(context: TestContext): MemoryDeps {
  const deps = memoryDeps();
  context.after(() => deps.close());
  return deps;
}

const set = (deps: MemoryDeps, property: string, value: string | null) =>
  call(deps, ['builder:set', { app: 'shop', property, value }]);
const setDockerfile = (deps: MemoryDeps, property: string, value: string | null) =>
  call(deps, ['builder-dockerfile:set', { app: 'shop', property, value }]);

/** Two apps in one repository. */
const monorepo: Files = {
  'api/Dockerfile': 'RUN echo api',
  'api/Procfile': 'web: serve api',
  'api/app.json': '{"formation": {"web": {"quantity": 2}}}',
  'web/start.sh': 'serve',
  'shared/lib.js': '1',
  'README.md': 'r',
  Procfile: 'web: crash',
};

test('All of an app is in its build-dir.', async (context) => {
  const deps = machine(context);
  await call(deps, ['apps:create', { app: 'shop' }]);
  await set(deps, 'build-dir', 'api');
  const lines: string[] = [];
  await push(deps, ['shop', monorepo], { onLine: ({ text }) => lines.push(text) });
  assert.ok(lines.includes('RUN echo api'));
  const { processes } = await call(deps, ['releases:info', { app: 'shop', release: 'v1' }]);
  assert.deepEqual(processes, { web: { command: 'serve api', count: 2 } });
});

test('A build-dir that is not there, or is none, is named with what is there; nothing changes.', async (context) => {
  const deps = machine(context);
  await live(deps, 'shop');
  for (const dir of ['apps/api', 'README.md']) {
    await set(deps, 'build-dir', dir);
    const failed = await failsWith('E_SOURCE', push(deps, ['shop', monorepo]));
    assert.equal(
      failed.message,
      `The source has no folder ${dir}, which is the build-dir; it has: Procfile, README.md, api, shared, web`,
    );
    assert.match(failed.hint ?? '', /builder:set shop build-dir/);
  }
  assert.equal(deps.store.apps.find('shop')?.current, 1);
});

test('What leads out of the source, or could not be read at a push, is refused where it is set.', async (context) => {
  const deps = machine(context);
  await call(deps, ['apps:create', { app: 'shop' }]);
  const wrong = {
    selected: ['herokuish', 'Detect'],
    'build-dir': ['..', '../x', 'a/../b', '/etc', 'a/', 'a b', 'a\nb', '-x', '.'],
    'watch-paths': ['..', 'a/../b', '[a', 'a\nb', '!../x', 'a;b', ' '],
  };
  for (const [property, values] of Object.entries(wrong))
    for (const value of values) await failsWith('E_INPUT', set(deps, property, value));
  const wrongOfDockerfile = {
    'dockerfile-path': ['/Dockerfile', '../Dockerfile', 'a\nb'],
    target: ['a b', '', ' ', '-x', '$X'].filter((value) => value !== ''),
    'build-args': ['A', 'BUILDKIT_SYNTAX=x', 'SLIPWAY_CONFIG_HASH=1', 'A="'],
  };
  for (const [property, values] of Object.entries(wrongOfDockerfile))
    for (const value of values) await failsWith('E_INPUT', setDockerfile(deps, property, value));
  assert.deepEqual(deps.store.properties.all(deps.store.apps.find('shop')?.id ?? 0), {});
});

test('The builder that is set builds, by the Dockerfile that is set.', async (context) => {
  const deps = machine(context);
  await call(deps, ['apps:create', { app: 'shop' }]);
  await setDockerfile(deps, 'dockerfile-path', 'api/Dockerfile');
  const lines: string[] = [];
  const files = { ...monorepo, Procfile: 'web: serve' };
  await push(deps, ['shop', files], { onLine: ({ text }) => lines.push(text) });
  assert.ok(lines.includes('RUN echo api'));
  await setDockerfile(deps, 'dockerfile-path', 'deploy/Dockerfile');
  const missing = await failsWith('E_DOCKERFILE', push(deps, ['shop', { ...files, new: '' }]));
  assert.equal(missing.message, 'The source has no file deploy/Dockerfile');
  const report = await call(deps, ['builder:report', { app: 'shop' }]);
  const value = (key: string) => report[0]?.rows.find((row) => row.key === key)?.value;
  assert.deepEqual([value('builder-last-used'), value('builder-computed-selected')], ['dockerfile', '']);
});

test('Settings are told at their two levels.', async (context) => {
  const deps = machine(context);
  await call(deps, ['apps:create', { app: 'shop' }]);
  await call(deps, ['builder:set', { app: null, property: 'selected', value: 'detect' }]);
  await set(deps, 'selected', 'dockerfile');
  await setDockerfile(deps, 'build-args', 'A=1 B="two words"');
  const rows = async (name: 'builder:report' | 'builder-dockerfile:report') =>
    Object.fromEntries(
      (await call(deps, [name, { app: 'shop' }]))[0]?.rows.map(({ key, value }) => [key, value]) ?? [],
    );
  const builder = await rows('builder:report');
  assert.deepEqual(
    ['builder-selected', 'builder-global-selected', 'builder-computed-selected'].map((key) => builder[key]),
    ['dockerfile', 'detect', 'dockerfile'],
  );
  const dockerfile = await rows('builder-dockerfile:report');
  assert.equal(dockerfile['builder-dockerfile-build-args'], 'A=1 B="two words"');
  assert.equal(dockerfile['builder-dockerfile-computed-dockerfile-path'], 'Dockerfile');
});

test('A plan tells the builder, what was found, and a Dockerfile, and leaves nothing behind.', async (context) => {
  const deps = machine(context);
  const plan = (files: Files, input: object = {}) =>
    call(deps, ['builder:plan', { source: '--', ...input }], { stdin: tarOf(files) });
  const detected = await plan({ 'start.sh': 'serve' });
  assert.deepEqual([detected.builder, detected.plan?.language], ['detect', 'shell']);
  assert.match(
    detected.dockerfile,
    /^FROM debian:bookworm-slim AS runtime\n[\s\S]*COPY --chown=\S+ \. \/app\/\n/m,
  );
  const own = await plan({ ...hello, Procfile: 'web: a\nworker: b' });
  assert.deepEqual(own, {
    builder: 'dockerfile',
    plan: null,
    dockerfile: hello['Dockerfile'],
    bases: [],
    ports: [],
    processes: { web: 'a', worker: 'b' },
  });
  await call(deps, ['apps:create', { app: 'shop' }]);
  await set(deps, 'build-dir', 'web');
  assert.equal((await plan(monorepo, { app: 'shop' })).plan?.start, 'sh start.sh');
  await failsWith('E_NO_BUILDER', plan({ 'notes.txt': '' }));
  await failsWith('E_NOT_FOUND', call(deps, ['builder:plan', { app: 'shop' }]));
  await failsWith('E_INPUT', call(deps, ['builder:plan', {}]));
  await set(deps, 'build-dir', null);
  await push(deps, ['shop', hello]);
  assert.equal((await call(deps, ['builder:plan', { app: 'shop' }])).dockerfile, hello['Dockerfile']);
  assert.deepEqual(await deps.sources.list(), [1]);
});
