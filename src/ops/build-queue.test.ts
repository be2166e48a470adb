import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { call, failsWith, hello, live, push } from '../../test/machine/memory-calls.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';
import { retryUntil } from '../base/retry.ts';
import { outTo } from '../model/line.ts';
import { BuildQueue } from './build-queue.ts';

/** A build that lasts until `end` is called. */
function asked({ queue, log }: { queue: BuildQueue; log: string[] }, app: string) {
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const caller = new AbortController();
  const out = outTo(({ text }) => log.push(`${app}: ${text}`));
  const done = queue.run({ app, out, signal: caller.signal }, async () => {
    log.push(`${app} begins`);
    await promise;
  });
  return { done, end, caller };
}

describe('BuildQueue', () => {
  it('runs so many builds at once, in the order of asking, and tells what is waited for', async () => {
    const queue = new BuildQueue({ slots: 2, tellAfter: 0 });
    const log: string[] = [];
    const all = ['a', 'b', 'c', 'd'].map((app) => asked({ queue, log }, app));
    const told = (text: string) => retryUntil(async () => log.includes(text) || undefined, patience);
    assert.deepEqual(log, ['a begins', 'b begins']);
    assert.ok(await told('d: Waiting for the build of a and 2 more'));
    assert.ok(await told('c: Waiting for the build of a and 1 more'));
    all[1]?.end();
    assert.ok(await told('c begins'));
    assert.ok(await told('d: Waiting for the build of a and 1 more'));
    for (const { end } of all) end();
    await Promise.all(all.map(({ done }) => done));
    assert.deepEqual(
      log.filter((line) => line.endsWith('begins')),
      ['a begins', 'b begins', 'c begins', 'd begins'],
    );
  });

  it('takes out what is cancelled while it waits; the next one has its place', async () => {
    const queue = new BuildQueue({ slots: 1, tellAfter: 0 });
    const log: string[] = [];
    const [first, second, third] = ['a', 'b', 'c'].map((app) => asked({ queue, log }, app));
    second?.caller.abort();
    await failsWith('E_CANCELLED', second?.done ?? tick());
    first?.end();
    third?.end();
    await Promise.all([first?.done, third?.done]);
    assert.ok(!log.includes('b begins') && log.includes('c begins'));
  });

  it('goes on after a build that failed', async () => {
    const queue = new BuildQueue({ slots: 1 });
    const { signal } = new AbortController();
    const turn = { app: 'a', out: outTo(() => {}), signal };
    await assert.rejects(
      queue.run(turn, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await queue.run(turn, async () => 7), 7);
  });
});

const patience = { firstPause: 5, maxPause: 50, timeout: 10_000 };

/** Two apps, one of them building for ever with the only slot for builds, and a push of the other that waits. */
async function crowded(deps: MemoryDeps) {
  await live(deps, 'shop');
  await live(deps, 'blog');
  const building = Promise.withResolvers<void>();
  const stop = new AbortController();
  const first = push(deps, ['shop', { ...hello, Dockerfile: 'RUN forever' }], {
    signal: stop.signal,
    onLine: ({ text }) => text === 'RUN forever' && building.resolve(),
  });
  await building.promise;
  const waiting = Promise.withResolvers<void>();
  const second = push(deps, ['blog', { ...hello, more: '' }], {
    onLine: ({ text }) => text === 'Waiting for the build of shop' && waiting.resolve(),
  });
  await waiting.promise;
  return { first, second, stop };
}

describe('a push while another app builds', () => {
  it('waits visibly, leaves its slot to other apps, and builds when it has its turn', async (t) => {
    const deps = memoryDeps({ settings: { maxBuilds: 1, maxJobs: 2 } });
    t.after(() => deps.close());
    await live(deps, 'news');
    const { first, second, stop } = await crowded(deps);
    await call(deps, ['ps:scale', { app: 'news', formation: ['web=2'] }]);
    const job = call(deps, ['ps:restart', { app: 'blog' }]);
    assert.equal((await call(deps, ['jobs', { app: 'blog' }])).length, 2);
    stop.abort();
    await failsWith('E_CANCELLED', first);
    assert.equal((await second).release, 2);
    await job;
  });

  it('can be cancelled while it waits', async (t) => {
    const deps = memoryDeps({ settings: { maxBuilds: 1 } });
    t.after(() => deps.close());
    const { first, second, stop } = await crowded(deps);
    const cancelled = failsWith('E_CANCELLED', second);
    await call(deps, ['deploys:cancel', { app: 'blog' }]);
    await cancelled;
    const [deploy] = await call(deps, ['deploys', { app: 'blog' }]);
    assert.equal(deploy?.state, 'cancelled');
    stop.abort();
    await failsWith('E_CANCELLED', first);
  });
});

describe('a build that takes too long', () => {
  it('is stopped by its own code; the time is that of its app', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    await call(deps, ['builds:set', { app: 'shop', property: 'timeout', value: '1' }]);
    const failed = push(deps, ['shop', { ...hello, Dockerfile: 'RUN forever' }]);
    const { message, hint } = await failsWith('E_BUILD_TIMEOUT', failed);
    assert.equal(message, 'The build took longer than 1.0 s and was stopped');
    assert.match(hint ?? '', /builds:set shop timeout/);
    const [deploy] = await call(deps, ['deploys', { app: 'shop' }]);
    assert.deepEqual([deploy?.state, deploy?.failure?.code], ['failed', 'E_BUILD_TIMEOUT']);
  });
});
