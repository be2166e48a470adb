import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { call, failsWith, live, push } from '../../test/machine/memory-calls.ts';
import { behaviourOf, type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import type { Behaviour } from '../engine/memory.ts';

let deps: MemoryDeps;
beforeEach(() => {
  deps = memoryDeps({
    behave: (spec): Behaviour => {
      const output = 'type' in spec ? [`${spec.type} of d${spec.deploy}`, 'ready'] : [];
      return { output, ...behaviourOf(spec) };
    },
  });
});
afterEach(() => deps.close());

const files = (text: string) => ({ Dockerfile: 'EXPOSE 3000', Procfile: `web: serve ${text}` });

async function shown(input: Readonly<Record<string, unknown>> = {}, app = 'shop'): Promise<string[]> {
  const lines: string[] = [];
  await call(deps, ['logs', { app, ...input }], { onLine: ({ text }) => lines.push(text) });
  for (const text of lines) assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z app\[/);
  return lines.map((text) => text.replace(/^\S+ /, ''));
}

async function deployed(...versions: readonly string[]): Promise<void> {
  await live(deps, 'shop', files('1'));
  for (const version of versions) await push(deps, ['shop', files(version)]);
  await deps.settled();
}

const both = ['app[web.1]: web of d1', 'app[web.1]: ready', 'app[web.1]: web of d2', 'app[web.1]: ready'];

describe('logs', () => {
  it('has the lines of processes that a deploy took away', async () => {
    await deployed('2');
    assert.deepEqual(await shown(), both);
    assert.deepEqual(await shown({ num: '3' }), both.slice(-3));
    assert.deepEqual(await shown({ grep: 'of web' }), [both[0], both[2]]);
    assert.deepEqual(await shown({ ps: 'web.2' }), []);
    assert.deepEqual(await shown({ since: '2026-01-01', until: '2026-01-02' }), []);
  });

  it('has them after a restart of slipwayd, once each', async () => {
    await deployed('2');
    deps = deps.restarted();
    assert.deepEqual(await shown(), both);
  });

  it('has each line once where slipwayd died after it kept a log and before the process was gone', async () => {
    await deployed();
    const [process] = await deps.engine.list('shop');
    assert.ok(process);
    const lines: string[] = [];
    const death = new Error('killed');
    await assert.rejects(
      deps.engine.remove([process], 0, async (one, read) => {
        await deps.appLogs.keep(1, { process: one, read }, 1000);
        lines.push(...(await shown()));
        throw death;
      }),
      death,
    );
    assert.deepEqual(lines, both.slice(0, 2));
    assert.deepEqual(await shown(), both.slice(0, 2));
  });

  it('goes on over a deploy when it is followed', async () => {
    await deployed();
    const abort = new AbortController();
    const lines: string[] = [];
    const onLine = ({ text }: { text: string }) => {
      if (lines.push(text.replace(/^\S+ /, '')) === both.length) abort.abort();
    };
    const following = call(deps, ['logs', { app: 'shop', tail: true }], { onLine, signal: abort.signal });
    await push(deps, ['shop', files('2')]);
    await following;
    assert.deepEqual(lines, both);
  });

  it('goes with the app under its new name', async () => {
    await deployed('2');
    await call(deps, ['apps:rename', { app: 'shop', to: 'store' }]);
    await deps.settled();
    assert.deepEqual((await shown({}, 'store')).slice(0, 4), both);
    await live(deps, 'shop', files('other'));
    assert.doesNotMatch((await shown()).join(), /of d[12]/);
  });

  it('of an app that was destroyed is gone', async () => {
    await deployed('2');
    await call(deps, ['apps:destroy', { app: 'shop' }]);
    assert.equal(await deps.appLogs.size(1), 0);
  });

  it('is bounded by max-size, which an app may have of its own', async () => {
    await call(deps, ['logs:set', { app: null, property: 'max-size', value: '64k' }]);
    await deployed();
    const long = 'x'.repeat(40_000);
    const [process] = await deps.engine.list('shop');
    assert.ok(process);
    const { keepLog } = await import('./keep-log.ts');
    for (const id of ['one', 'two', 'three'])
      await keepLog(deps)({ ...process, id }, (onLines) =>
        onLines([
          { time: `2026-01-01T00:00:00.00000000${id.length}Z`, process: 'web.1', text: `${id} ${long}` },
        ]),
      );
    const report = await call(deps, ['logs:report', { app: 'shop' }]);
    const values = Object.fromEntries((report[0]?.rows ?? []).map(({ key, value }) => [key, value]));
    assert.equal(values['logs-computed-max-size'], '64k');
    assert.equal(values['logs-kept'], '39 KiB');
    assert.match((await shown()).join(), /three x/);
  });

  it('refuses times, sizes and words that are none', async () => {
    await deployed();
    for (const input of [
      { since: 'soon' },
      { until: '10' },
      { grep: ' ' },
      { grep: 'a\nb' },
      { request: 'a b' },
    ])
      await failsWith('E_INPUT', shown(input));
    await failsWith('E_INPUT', shown({ until: '1m', tail: true }));
    for (const value of ['big', '1', '1t'])
      await failsWith('E_INPUT', call(deps, ['logs:set', { app: 'shop', property: 'max-size', value }]));
  });
});

describe('logs:failed', () => {
  it('has what the processes of the last failed deploy printed, and why it failed', async () => {
    await deployed();
    await failsWith('E_NOT_FOUND', call(deps, ['logs:failed', { app: 'shop' }]));
    await failsWith('E_PROCESS_EXITED', push(deps, ['shop', { ...files('2'), Procfile: 'web: crash' }]));
    await push(deps, ['shop', files('3')]);
    const { deploy, failure, lines } = await call(deps, ['logs:failed', { app: 'shop' }]);
    assert.equal(deploy, 2);
    assert.equal(failure?.code, 'E_PROCESS_EXITED');
    assert.deepEqual(
      lines.map((text) => text.replace(/^\S+ /, '')),
      ['app[web.1]: no database'],
    );
    assert.match((await shown()).join('\n'), /no database/);
  });
});
