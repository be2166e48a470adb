import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { call, failsWith, hello, live, push } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { retryUntil } from '../base/retry.ts';
import { outTo, silent } from '../model/line.ts';
import { type LaneRequest, Lanes, stopping } from './lanes.ts';

let jobs = 0;

function requestOf(app: string, name: string): LaneRequest {
  jobs += 1;
  const { signal } = new AbortController();
  return { id: jobs, lanes: [app], title: `${name} of ${app} by ann`, turn: 'caller', out: silent, signal };
}

/** Work in a lane that lasts until `end` is called. */
function asked({ lanes, log }: { lanes: Lanes; log: string[] }, app: string, name: string) {
  const { promise, resolve: end } = Promise.withResolvers<void>();
  const caller = new AbortController();
  const out = outTo(({ text }) => log.push(`${name}: ${text}`));
  const request = { ...requestOf(app, name), out, signal: caller.signal };
  const done = lanes.run(request, async () => {
    log.push(`${name} begins`);
    await promise;
    log.push(`${name} ends`);
  });
  return { done, end, caller };
}

describe('Lanes', () => {
  it('run the work of one app one after another in the order of asking, that of two apps at once', async () => {
    const lanes = new Lanes({ tellAfter: 0 });
    const log: string[] = [];
    const first = asked({ lanes, log }, 'shop', 'first');
    const second = asked({ lanes, log }, 'shop', 'second');
    const other = asked({ lanes, log }, 'blog', 'other');
    await tick();
    assert.deepEqual(
      log.filter((line) => line.endsWith('begins')),
      ['first begins', 'other begins'],
    );
    assert.deepEqual([lanes.areFree(['shop']), lanes.areFree(['news'])], [false, true]);
    second.end();
    other.end();
    await other.done;
    first.end();
    await second.done;
    assert.deepEqual(
      log.filter((line) => !line.includes(':')),
      ['first begins', 'other begins', 'other ends', 'first ends', 'second begins', 'second ends'],
    );
    assert.ok(lanes.areFree(['shop', 'blog']));
  });

  it('tell who is waited for', async () => {
    const lanes = new Lanes({ tellAfter: 0 });
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
    const lanes = new Lanes({ tellAfter: 0 });
    const log: string[] = [];
    const first = asked({ lanes, log }, 'shop', 'first');
    const second = asked({ lanes, log }, 'shop', 'second');
    const third = asked({ lanes, log }, 'shop', 'third');
    await tick();
    second.caller.abort();
    await failsWith('E_CANCELLED', second.done);
    first.end();
    third.end();
    await third.done;
    assert.ok(!log.includes('second begins'), log.join('\n'));
    assert.ok(log.includes('third ends'), log.join('\n'));
  });

  it('of two apps are held by one job, which goes behind both', async () => {
    const lanes = new Lanes();
    const log: string[] = [];
    const shop = asked({ lanes, log }, 'shop', 'shop');
    const both = lanes.run({ ...requestOf('shop', 'both'), lanes: ['shop', 'blog'] }, async () => {
      log.push('both');
    });
    const blog = asked({ lanes, log }, 'blog', 'blog');
    await tick();
    assert.deepEqual(log, ['shop begins']);
    shop.end();
    await both;
    blog.end();
    await blog.done;
    assert.deepEqual(log, ['shop begins', 'shop ends', 'both', 'blog begins', 'blog ends']);
  });

  it('let so many jobs run over all apps, those that somebody waits for first', async () => {
    const lanes = new Lanes({ slots: 1, tellAfter: 0 });
    const log: string[] = [];
    const first = asked({ lanes, log }, 'shop', 'first');
    const own = lanes.run(
      { ...requestOf('blog', 'own'), turn: 'background' },
      async () => void log.push('own'),
    );
    const beside = lanes.run(
      { ...requestOf('news', 'beside'), turn: 'beside' },
      async () => void log.push('beside'),
    );
    const second = asked({ lanes, log }, 'news', 'second');
    await beside;
    const isTold = async () => (log.length >= 3 ? true : undefined);
    await retryUntil(isTold, { firstPause: 1, maxPause: 10, timeout: 10_000 });
    first.end();
    second.end();
    await own;
    const told = 'second: Waiting until one of the 1 jobs of other apps that run now has ended';
    assert.deepEqual(log, [
      'first begins',
      'beside',
      told,
      'first ends',
      'second begins',
      'second ends',
      'own',
    ]);
  });

  it('that are closed begin nothing, stop what waits and what can be taken back, and await the rest', async () => {
    const lanes = new Lanes();
    const log: string[] = [];
    const shop = asked({ lanes, log }, 'shop', 'shop');
    const waiting = asked({ lanes, log }, 'shop', 'waiting');
    const deploying = lanes.run(requestOf('blog', 'deploy'), async (signal) => {
      lanes.setCancellable('blog', true);
      await once(signal, 'abort');
      throw signal.reason;
    });
    await tick();
    const closed = lanes.close().then(() => log.push('closed'));
    await assert.rejects(waiting.done, (error) => error === stopping);
    await assert.rejects(deploying, (error) => error === stopping);
    await assert.rejects(
      lanes.run(requestOf('news', 'late'), async () => {}),
      (error) => error === stopping,
    );
    shop.end();
    await closed;
    assert.deepEqual(log, ['shop begins', 'shop ends', 'closed']);
  });

  it('go on after work that failed', async () => {
    const lanes = new Lanes({ tellAfter: 0 });
    const failing = lanes.run(requestOf('shop', 'x'), async () => Promise.reject(new Error('no')));
    const next = lanes.run(requestOf('shop', 'x'), async () => 'done');
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
