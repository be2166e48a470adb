import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  call,
  failsWith,
  type Files,
  hello,
  live,
  processesOf,
  push,
  servingOf,
  stateOf,
  tarOf,
} from '../../test/machine/memory-calls.ts';
import { memoryDeps, type MemoryDeps } from '../../test/machine/memory-deps.ts';
import { failure, type FailureCode } from '../model/failures.ts';
import { MemoryRouter } from '../router/memory.ts';

/** A check whose patience ends at once. */
const impatient = JSON.stringify({
  healthchecks: { web: [{ path: '/', attempts: 1, timeout: 0.05, wait: 0 }] },
});

interface Case {
  readonly what: string;
  readonly files: Files;
  readonly code: FailureCode;
  /** Whether it got as far as a release. */
  readonly released: boolean;
}

const cases: readonly Case[] = [
  { what: 'nothing to build from', files: { 'a.txt': '' }, code: 'E_NO_BUILDER', released: false },
  {
    what: 'a wrong Procfile',
    files: { ...hello, Procfile: 'web serve' },
    code: 'E_PROCFILE',
    released: false,
  },
  { what: 'a wrong app.json', files: { ...hello, 'app.json': '{' }, code: 'E_APP_JSON', released: false },
  {
    what: 'config that is required and not set',
    files: { ...hello, 'app.json': '{"env":{"KEY":{}}}' },
    code: 'E_APP_JSON',
    released: false,
  },
  {
    what: 'a build that fails',
    files: { ...hello, Dockerfile: 'RUN false' },
    code: 'E_BUILD_FAILED',
    released: false,
  },
  {
    what: 'a release command that fails',
    files: { ...hello, Procfile: 'web: serve\nrelease: crash' },
    code: 'E_RELEASE_TASK',
    released: true,
  },
  {
    what: 'a process that exits',
    files: { ...hello, Procfile: 'web: crash' },
    code: 'E_PROCESS_EXITED',
    released: true,
  },
  {
    what: 'a process that never gets healthy',
    files: { ...hello, Procfile: 'web: deaf', 'app.json': impatient },
    code: 'E_NOT_HEALTHY',
    released: true,
  },
];

/** An app with some of everything that a failure must not touch. */
async function furnished(): Promise<MemoryDeps> {
  const deps = memoryDeps();
  await live(deps, 'shop');
  await call(deps, ['config:set', { app: 'shop', pairs: ['A=1'] }]);
  await call(deps, ['domains:add', { app: 'shop', domains: ['shop.example.com'] }]);
  await call(deps, ['ps:scale', { app: 'shop', formation: ['web=2'] }]);
  await deps.settled();
  return deps;
}

describe('a push that fails', () => {
  for (const { what, files, code, released } of cases) {
    it(`with ${what} leaves everything as it was, and says ${code}`, async (t) => {
      const deps = await furnished();
      t.after(() => deps.close());
      const before = await stateOf(deps, 'shop');
      const lines: string[] = [];
      const onLine = (line: { text: string }) => lines.push(line.text);
      await failsWith(code, push(deps, ['shop', files], { onLine }));
      assert.deepEqual(await stateOf(deps, 'shop'), before);
      const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
      assert.deepEqual([deploy?.state, deploy?.failure?.code], ['failed', code]);
      const [release] = await call(deps, ['releases', { app: 'shop' }]);
      assert.deepEqual([release?.version, release?.state], released ? [5, 'failed'] : [4, 'passed']);
      assert.equal(await deps.sources.find(deploy?.id ?? 0), undefined);
      assert.equal(lines.at(-1), 'Release v4 is still live; nothing of it was changed');
    });
  }

  it('as the first of its app leaves an app without a release', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const before = await stateOf(deps, 'shop');
    await failsWith('E_PROCESS_EXITED', push(deps, ['shop', { ...hello, Procfile: 'web: crash' }]));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    await failsWith('E_NOT_DEPLOYED', call(deps, ['ps:restart', { app: 'shop' }]));
  });

  it('with an archive that is no tar leaves nothing', async (t) => {
    const deps = await furnished();
    t.after(() => deps.close());
    const before = await stateOf(deps, 'shop');
    const input = { app: 'shop', source: '--', archiveType: 'zip' };
    await failsWith('E_SOURCE', call(deps, ['git:from-archive', input], { stdin: tarOf(hello) }));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });

  it('with one bad process of several takes all of them away', async (t) => {
    const deps = await furnished();
    t.after(() => deps.close());
    const before = await stateOf(deps, 'shop');
    const appJson = JSON.stringify({
      formation: { web: { quantity: 3 }, worker: { quantity: 1 } },
      healthchecks: { worker: [{ listening: true }] },
    });
    const files = { ...hello, Procfile: 'web: serve\nworker: crash', 'app.json': appJson };
    await failsWith('E_PROCESS_EXITED', push(deps, ['shop', files]));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });
});

describe('a switch that fails', () => {
  it('keeps the old route and takes the new process away', async (t) => {
    const deps = await furnished();
    t.after(() => deps.close());
    const before = await stateOf(deps, 'shop');
    deps.proxy.refusal = failure('E_ROUTER', 'The router does not answer');
    await failsWith('E_ROUTER', push(deps, ['shop', { ...hello, more: '' }]));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
    assert.equal((await push(deps, ['shop', { ...hello, more: '' }])).release, 6);
  });

  it('is taken back where the store does not take the new release', async (t) => {
    let spoil = () => {};
    class Spoiling extends MemoryRouter {
      override async apply(...args: Parameters<MemoryRouter['apply']>): Promise<void> {
        await super.apply(...args);
        spoil();
      }
    }
    const deps = memoryDeps({ router: (proxy) => new Spoiling(proxy) });
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['apps:create', { app: 'blog' }]);
    const before = await stateOf(deps, 'shop');
    spoil = () => {
      spoil = () => {};
      deps.store.domains.replace(deps.store.apps.find('blog')?.id ?? 0, ['www.example.com']);
    };
    const domains = ['www.example.com'];
    await failsWith('E_DOMAIN_TAKEN', call(deps, ['domains:add', { app: 'shop', domains }]));
    assert.deepEqual(await stateOf(deps, 'shop'), before);
  });
});

describe('a deploy that fails because Docker goes away', () => {
  it('is taken back when Docker is there again, and counts for nothing until then', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const before = await stateOf(deps, 'shop');
    const engine = new AbsentEngine(deps.engine);
    const away = { ...deps, engine: engine.proxy };
    await failsWith('E_DOCKER_DOWN', push(away, ['shop', { ...hello, more: 'new' }]));
    assert.equal(deps.store.deploys.find(2)?.state, 'failed');
    assert.equal(deps.store.deploys.find(2)?.finishedAt, null);
    assert.equal((await deps.engine.list('shop')).length, 2);
    await push(deps, ['shop', { ...hello, more: 'new' }]);
    assert.equal(servingOf(deps, 'shop'), 'web.1.d3');
    engine.isAway = false;
    await away.settled();
    assert.equal(await processesOf(deps, 'shop'), 'web.1.d3');
    assert.notEqual(deps.store.deploys.find(2)?.finishedAt, null);
    assert.deepEqual(before?.tags.length, 1);
    assert.deepEqual(
      [...deps.images.tags.keys()].filter((tag) => tag.endsWith(':d2')),
      [],
    );
  });
});

/** An engine that goes away while it waits for a process, with all that it has. */
class AbsentEngine {
  isAway = false;
  readonly proxy: MemoryDeps['engine'];

  constructor(engine: MemoryDeps['engine']) {
    this.proxy = new Proxy(engine, {
      get: (_target, name) => {
        const value: unknown = Reflect.get(engine, name, engine);
        if (typeof value !== 'function') return value;
        return async (...words: unknown[]) => {
          this.isAway ||= name === 'waitHealthy';
          if (this.isAway) throw failure('E_DOCKER_DOWN', 'Docker does not answer');
          return (value as (...all: unknown[]) => unknown).apply(engine, words);
        };
      },
    });
  }
}
