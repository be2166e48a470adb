import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { call, failsWith, hello, live, push } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { retryUntil } from '../base/retry.ts';
import { outTo } from '../model/line.ts';
import { Lanes } from './lanes.ts';

/** Work in a lane that lasts until `end` is called. */
function asked({ lanes, log }: { lanes: Lanes; log: string[] }, app: string, name: string) {
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const caller = new AbortController();
  const out = outTo(({ text }) => log.push(`${name}: ${text}`));
  const request = { app, what: name, actor: 'ann', at: 0, out, signal: caller.signal };
  const done = lanes.run(request, async () => {
    log.push(`${name} begins`);
    await promise;
    log.push(`${name} ends`);
  });
  return { done, end, caller };
}

describe('Lanes', () => {
  it('run the work of one app one after another in the order of asking, that of two apps at once', async () => {
    const lanes = new Lanes(0);
    const log: string[] = [];
    const first = asked({ lanes, log }, 'shop', 'first');
    const second = asked({ lanes, log }, 'shop', 'second');
    const other = asked({ lanes, log }, 'blog', 'other');
    await tick();
    assert.deepEqual(
      lanes.jobs().map(({ what, state }) => `${what} ${state}`),
      ['first running', 'second waiting', 'other running'],
    );
    second.end();
    other.end();
    await other.done;
    first.end();
    await second.done;
    assert.deepEqual(
      log.filter((line) => !line.includes(':')),
      ['first begins', 'other begins', 'other ends', 'first ends', 'second begins', 'second ends'],
    );
    assert.deepEqual(lanes.jobs(), []);
  });

  it('tell who is waited for', async () => {
    const lanes = new Lanes(0);
    const log: string[] = [];
    const all = ['first', 'second', 'third'].map((name) => asked({ lanes, log }, 'shop', name));
    const isTold = async () => (log.length >= 3 ? true : undefined);
    await retryUntil(isTold, { firstPause: 1, maxPause: 10, timeout: 10_000 });
    assert.deepEqual(
      log.filter((line) => line.includes('Waiting')),
      ['second: Waiting for first of shop by ann', 'third: Waiting for first of shop by ann and 1 more'],
    );
    for (const each of all) each.end();
    await Promise.all(all.map(({ done }) => done));
  });

  it('let work that waits be cancelled, and go on with the one behind it', async () => {
    const lanes = new Lanes(0);
    const log: string[] = [];
    const first = asked({ lanes, log }, 'shop', 'first');
    const second = asked({ lanes, log }, 'shop', 'second');
    const third = asked({ lanes, log }, 'shop', 'third');
    await tick();
    second.caller.abort();
    await failsWith('E_CANCELLED', second.done);
    assert.equal(lanes.jobs('shop').length, 2);
    first.end();
    third.end();
    await third.done;
    assert.ok(!log.includes('second begins'), log.join('\n'));
    assert.ok(log.includes('third ends'), log.join('\n'));
  });

  it('go on after work that failed', async () => {
    const lanes = new Lanes(0);
    const request = { app: 'shop', what: 'x', actor: 'ann', at: 0, out: outTo(() => {}) };
    const { signal } = new AbortController();
    const failing = lanes.run({ ...request, signal }, async () => Promise.reject(new Error('no')));
    const next = lanes.run({ ...request, signal }, async () => 'done');
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'done');
  });
});

describe('operations in lanes', () => {
  it('two pushes of one app make two releases in their order', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const both = [push(deps, ['shop', { ...hello, n: '2' }]), push(deps, ['shop', { ...hello, n: '3' }])];
    await tick();
    const jobs = await call(deps, ['jobs', { app: 'shop' }]);
    assert.deepEqual(
      jobs.map(({ operation, state }) => `${operation} ${state}`),
      ['git:receive running', 'git:receive waiting'],
    );
    const releases = (await Promise.all(both)).map(({ release, replaced }) => [release, replaced]);
    assert.deepEqual(releases, [
      [2, 1],
      [3, 2],
    ]);
  });

  it('what waits sees the app as the work before left it', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const destroyed = call(deps, ['apps:destroy', { app: 'shop' }]);
    await failsWith('E_APP_MISSING', push(deps, ['shop', hello]));
    await destroyed;
  });
});
