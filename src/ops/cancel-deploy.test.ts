import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { call, failsWith, type Files, hello, live, push, stateOf } from '../../test/machine/memory-calls.ts';
import { behaviourOf, memoryDeps } from '../../test/machine/memory-deps.ts';
import { MemoryRouter } from '../router/memory.ts';

interface Case {
  readonly step: string;
  readonly files: Files;
  /** The line after which the caller goes away, or the command that begins then. */
  readonly line?: string;
  readonly command?: string;
}

const cases: readonly Case[] = [
  { step: 'before it begins', files: hello, line: 'Deploying main' },
  { step: 'during the build', files: { ...hello, Dockerfile: 'RUN forever' }, line: 'RUN forever' },
  { step: 'at the end of the build', files: { ...hello, Dockerfile: 'RUN true' }, line: 'RUN true' },
  {
    step: 'during the release command',
    files: { ...hello, Procfile: 'web: serve\nrelease: slow' },
    command: 'slow',
  },
  { step: 'before the start', files: { ...hello, more: '' }, line: 'Starting web.1' },
  { step: 'while processes start', files: { ...hello, Procfile: 'web: other' }, command: 'other' },
  { step: 'while they should get healthy', files: { ...hello, Procfile: 'web: slow' }, command: 'slow' },
];

describe('a push that is cancelled', () => {
  for (const { step, files, line, command } of cases) {
    it(`${step} leaves everything as it was`, async (t) => {
      const caller = new AbortController();
      const deps = memoryDeps({
        behave: (spec) => {
          const isIt = command !== undefined && spec.command?.[0] === command;
          if (isIt && step === 'while processes start') caller.abort();
          else if (isIt) void tick().then(() => caller.abort());
          return behaviourOf(spec);
        },
      });
      t.after(() => deps.close());
      await live(deps, 'shop');
      const before = await stateOf(deps, 'shop');
      const onLine = ({ text }: { text: string }) => {
        if (line !== undefined && text.startsWith(line)) caller.abort();
      };
      await failsWith('E_CANCELLED', push(deps, ['shop', files], { signal: caller.signal, onLine }));
      assert.deepEqual(await stateOf(deps, 'shop'), before);
      const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
      assert.deepEqual([deploy?.state, deploy?.failure?.code], ['cancelled', 'E_CANCELLED']);
      const releases = await call(deps, ['releases', { app: 'shop' }]);
      assert.deepEqual(
        releases.map(({ state }) => state).filter((state) => state === 'pending'),
        [],
      );
      const [event] = deps.store.events.list({ limit: 1 });
      assert.equal(event?.outcome, 'E_CANCELLED');
    });
  }

  it('after the switch is complete all the same', async (t) => {
    const caller = new AbortController();
    class Leaving extends MemoryRouter {
      override async apply(...args: Parameters<MemoryRouter['apply']>): Promise<void> {
        await super.apply(...args);
        caller.abort();
      }
    }
    const deps = memoryDeps({ router: (proxy) => new Leaving(proxy) });
    t.after(() => deps.close());
    await call(deps, ['apps:create', { app: 'shop' }]);
    const done = await push(deps, ['shop', hello], { signal: caller.signal });
    assert.equal(done.release, 1);
    assert.deepEqual(deps.proxy.answer('shop.localhost'), { status: 200, app: 'shop', endpoint: 'web.1.d1' });
  });
});
