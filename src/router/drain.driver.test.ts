import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { noneOpen, type DrainTimes } from '../model/drain.ts';
import { since } from '../model/requests.ts';
import type { AppRoute } from '../model/route.ts';
import { get, KeepAliveClient, openEcho, openGet } from './backend.fixture.ts';
import { openRig, withRig, type HaproxyRig } from './router-rig.fixture.ts';

const signal = new AbortController().signal;
/** Far longer than any of these tests. */
const never = 60_000;

const times = (some: Partial<DrainTimes>) => ({
  times: { request: never, stream: never, websocket: never, ...some },
  signal,
});

describe('haproxy with long connections', () => {
  let rig: HaproxyRig;
  before(async () => {
    rig = await openRig();
    await rig.router.start();
  });
  after(() => rig.close());

  const apply = async (...routes: Promise<AppRoute>[]) =>
    rig.router.apply({ routes: await Promise.all(routes) });

  test('WebSockets are cut at their own time, while a slow request and a download are waited for', async () => {
    await apply(rig.route('shop', ['web.1.d1']));
    const echo = await openEcho(rig.port, 'shop.test');
    const cut = new Promise((resolve) => echo.once('close', resolve));
    const slow = get(rig.port, 'shop.test', { path: '/slow' });
    const download = openGet(rig.port, 'shop.test', '/download');
    await download.began();
    await apply(rig.route('shop', ['web.1.d2']));
    const drained = rig.router.drain('shop', ['web.1.d1'], times({ websocket: 200 }));
    const first = await Promise.race([cut.then(() => 'cut'), slow.then(() => 'answered')]);
    assert.equal(first, 'cut');
    assert.equal((await slow).text, 'web.1.d1');
    assert.match(await download.closed, /last\r\n0\r\n\r\n$/);
    const { finished, closed } = await drained;
    assert.deepEqual(finished, { request: 1, stream: 1, websocket: 0 });
    assert.deepEqual(closed, { ...noneOpen, websocket: 1 });
  });

  test('a long poll and an event stream are cut at their own time, while a WebSocket lives', async () => {
    await apply(rig.route('shop', ['web.1.d3']));
    const poll = openGet(rig.port, 'shop.test', '/poll');
    const events = openGet(rig.port, 'shop.test', '/events');
    await events.began();
    const echo = await openEcho(rig.port, 'shop.test');
    await apply(rig.route('shop', []));
    const drained = rig.router.drain('shop', ['web.1.d3'], times({ request: 100, stream: 200 }));
    assert.match(await poll.closed, /^HTTP\/1.1 50[23] /);
    assert.match(await events.closed, /data: one/);
    const echoed = new Promise((resolve) => echo.once('data', resolve));
    echo.write('still here');
    assert.equal(String(await echoed), 'still here');
    echo.destroy();
    const { finished, closed } = await drained;
    assert.deepEqual(finished, { ...noneOpen, websocket: 1 });
    assert.deepEqual(closed, { ...noneOpen, request: 1, stream: 1 });
  });

  test('what belongs to processes that stay, or to another app, is not touched', async () => {
    await apply(rig.route('shop', ['web.1.d4']), rig.route('blog', ['web.1.d5']));
    const leaving = await openEcho(rig.port, 'shop.test');
    await apply(rig.route('shop', ['web.1.d4', 'web.2.d4']), rig.route('blog', ['web.1.d5']));
    // The endpoint with the fewest connections gets it.
    const staying = await openEcho(rig.port, 'shop.test');
    const other = await openEcho(rig.port, 'blog.test');
    const cut = new Promise((resolve) => leaving.once('close', resolve));
    await apply(rig.route('shop', ['web.2.d4']), rig.route('blog', ['web.1.d5']));
    const { closed } = await rig.router.drain('shop', ['web.1.d4'], times({ websocket: 0 }));
    assert.deepEqual(closed, { ...noneOpen, websocket: 1 });
    await cut;
    for (const echo of [staying, other]) {
      const echoed = new Promise((resolve) => echo.once('data', resolve));
      echo.write('still here');
      assert.equal(String(await echoed), 'still here');
      echo.destroy();
    }
  });

  test('requests are counted by what became of them', async () => {
    await apply(rig.route('shop', ['web.1.d6']));
    const before = await rig.router.requests('shop');
    for (const path of ['/', '/', '/error', '/empty']) await get(rig.port, 'shop.test', { path });
    await assert.rejects(get(rig.port, 'shop.test', { path: '/broken' }));
    rig.backends.stop('web.1.d6');
    await get(rig.port, 'shop.test');
    const counted = since(before, await rig.router.requests('shop'));
    assert.deepEqual(counted, { answered: 6, failed: 4, unreached: 1, broken: 1 });
  });

  test('what a drain cuts is no failed request of the next deploy', async () => {
    await apply(rig.route('shop', ['web.1.d7']));
    const events = openGet(rig.port, 'shop.test', '/events');
    await events.began();
    await openEcho(rig.port, 'shop.test');
    await apply(rig.route('shop', ['web.1.d8']));
    const before = await rig.router.requests('shop');
    await rig.router.drain('shop', ['web.1.d7'], times({ stream: 0, websocket: 0 }));
    await get(rig.port, 'shop.test', { path: '/error' });
    const counted = since(before, await rig.router.requests('shop'));
    assert.deepEqual([counted.failed, counted.broken], [1, 0]);
  });

  test('an app that gets the backend of one that is gone does not inherit its counts', async () => {
    await apply(rig.route('shop', ['web.1.d9']), rig.route('gone', ['web.1.d9']));
    for (let count = 0; count < 5; count += 1) await get(rig.port, 'gone.test');
    await apply(rig.route('shop', ['web.1.d9']));
    await rig.router.drain('gone', ['web.1.d9'], times({}));
    const before = await rig.router.requests('heir');
    await apply(rig.route('shop', ['web.1.d9']), rig.route('heir', ['web.1.d9']));
    await get(rig.port, 'heir.test');
    assert.equal(since(before, await rig.router.requests('heir')).answered, 1);
  });
});

test('the counters agree with the clients, over switches and a reload', () =>
  withRig(async (rig) => {
    await rig.router.apply({ routes: [await rig.route('shop', ['web.1.d0'])] });
    const before = await rig.router.requests('shop');
    const clients = Array.from({ length: 8 }, () => new KeepAliveClient(rig.port, 'shop.test'));
    const runs = clients.map((client) => client.run(2));
    for (const deploy of [1, 2, 3]) {
      await sleep(200);
      const shop = await rig.route('shop', [`web.1.d${deploy}`]);
      const many = Array.from({ length: deploy === 2 ? 60 : 0 }, (_, index) => ({
        ...shop,
        app: `app${index}`,
        hosts: [`app${index}.test`],
      }));
      await rig.router.apply({ routes: [shop, ...many] });
      await rig.router.drain('shop', [`web.1.d${deploy - 1}`], times({}));
    }
    for (const client of clients) client.stop();
    await Promise.all(runs);
    const { answered, failed } = since(before, await rig.router.requests('shop'));
    assert.equal(failed, 0);
    assert.equal(
      answered,
      clients.reduce((sum, client) => sum + client.answers.length, 0),
    );
    assert.equal(
      clients.reduce((sum, client) => sum + client.failed, 0),
      0,
    );
  }));
