import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../test/machine/free-ports.ts';
import { run } from '../base/exec.ts';
import { retryUntil } from '../base/retry.ts';
import { noneOpen, type DrainTimes } from '../model/drain.ts';
import type { AppRoute } from '../model/route.ts';
import { HaproxyMaster } from '../tools/haproxy-socket.ts';
import { serverName } from './proxy-state.ts';
import { routerContract } from './router.contract.ts';
import type { DrainOptions } from './router.ts';
import { get, KeepAliveClient, openEcho, openGet } from './backend.fixture.ts';
import { openRig, pidIn, routerIn, stopSupervisor, withRig, type HaproxyRig } from './router-rig.fixture.ts';

const signal = new AbortController().signal;

/** The same time for each kind, or another one for some. */
const within = (all: number, some: Partial<DrainTimes> = {}): DrainOptions => ({
  times: { request: all, stream: all, websocket: all, ...some },
  signal,
});

routerContract('haproxy', openRig);

describe('haproxy with traffic', () => {
  let rig: HaproxyRig;
  before(async () => {
    rig = await openRig();
    await rig.router.start();
  });
  after(() => rig.close());

  const apply = async (...routes: Promise<AppRoute>[]) =>
    rig.router.apply({ routes: await Promise.all(routes) });

  test('four switches under load fail no request, and after each only the new endpoint answers', async () => {
    await apply(rig.route('shop', ['web.1.d0']));
    const clients = Array.from({ length: 16 }, () => new KeepAliveClient(rig.port, 'shop.test'));
    const runs = clients.map((client) => client.run(2));
    for (const deploy of [1, 2, 3, 4]) {
      await sleep(400);
      await apply(rig.route('shop', [`web.1.d${deploy}`]));
      assert.equal((await get(rig.port, 'shop.test')).text, `web.1.d${deploy}`);
      await rig.router.drain('shop', [`web.1.d${deploy - 1}`], within(5000));
      rig.backends.stop(`web.1.d${deploy - 1}`);
    }
    await sleep(200);
    for (const client of clients) client.stop();
    await Promise.all(runs);
    assert.equal(
      clients.reduce((sum, client) => sum + client.failed, 0),
      0,
    );
    assert.ok(clients.every((client) => client.answers.at(-1) === 'web.1.d4'));
  });

  test('a drain waits for a request that is under way', async () => {
    await apply(rig.route('shop', ['web.1.d10']));
    const slow = get(rig.port, 'shop.test', { path: '/slow' });
    await sleep(100);
    await apply(rig.route('shop', ['web.1.d11']));
    let answered = false;
    void slow.then(() => {
      answered = true;
    });
    const { finished, closed } = await rig.router.drain('shop', ['web.1.d10'], within(10_000));
    assert.deepEqual([finished, closed], [{ ...noneOpen, request: 1 }, noneOpen]);
    await sleep(10);
    assert.ok(answered);
    assert.equal((await slow).text, 'web.1.d10');
  });

  test('a drain closes upgraded connections at the end of its time and says how many, also for an app that is gone', async () => {
    await apply(rig.route('shop', ['web.1.d12']));
    const sockets = await Promise.all([openEcho(rig.port, 'shop.test'), openEcho(rig.port, 'shop.test')]);
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await rig.router.apply({ routes: [] });
    const drained = await rig.router.drain('shop', ['web.1.d12'], within(300));
    assert.deepEqual(drained.closed, { ...noneOpen, websocket: 2 });
    await Promise.all(closed);
  });

  test('a router that takes over goes on with a drain', async () => {
    await apply(rig.route('shop', ['web.1.d14']));
    const socket = await openEcho(rig.port, 'shop.test');
    await apply(rig.route('shop', ['web.1.d15']));
    const other = rig.reopen();
    await other.start();
    const drained = await other.drain('shop', ['web.1.d14'], within(100));
    assert.deepEqual(drained.closed, { ...noneOpen, websocket: 1 });
    socket.destroy();
  });

  test('the pages name the app, for no answer, a broken one and a late start', async () => {
    await apply(rig.route('shop', ['web.1.d16']));
    const broken = await get(rig.port, 'shop.test', { path: '/empty' });
    assert.equal(broken.status, 502);
    assert.match(broken.text, /slipway logs shop/);
    rig.backends.stop('web.1.d16');
    const refused = await get(rig.port, 'shop.test');
    assert.equal(refused.status, 503);
    assert.match(refused.text, /<h1>shop does not answer<\/h1>/);
    assert.match(refused.headers['content-type'] ?? '', /^text\/html/);
    assert.equal(refused.headers['cache-control'], 'no-store');
  });

  test('one dead endpoint of two is passed over', async () => {
    await apply(rig.route('shop', ['web.1.d17', 'web.2.d17']));
    rig.backends.stop('web.2.d17');
    for (let count = 0; count < 6; count += 1) {
      assert.equal((await get(rig.port, 'shop.test')).text, 'web.1.d17');
    }
  });

  test('an app gets headers that the client cannot forge', async () => {
    await apply(rig.route('shop', ['web.1.d18']));
    const forged = {
      'x-forwarded-for': '1.2.3.4',
      forwarded: 'for=1.2.3.4',
      'x-request-id': 'mine',
      'x-forwarded-host': 'evil.test',
      'x-forwarded-prefix': '/evil',
    };
    const got: Record<string, string> = JSON.parse(
      (await get(rig.port, 'shop.test', { path: '/headers', headers: forged })).text,
    );
    assert.equal(got['host'], 'shop.test');
    assert.equal(got['x-forwarded-for'], '127.0.0.1');
    assert.equal(got['x-forwarded-proto'], 'http');
    assert.equal(got['x-forwarded-port'], String(rig.port));
    assert.match(got['x-request-id'] ?? '', /^[0-9a-f-]{36}$/);
    assert.equal(got['forwarded'], undefined);
    assert.equal(got['x-forwarded-host'], undefined);
    assert.equal(got['x-forwarded-prefix'], undefined);
  });

  test('a configuration that HAProxy refuses changes nothing', async () => {
    await apply(rig.route('shop', ['web.1.d19']));
    const other = routerIn(rig.folder, rig, '/bin/false');
    await other.start();
    const before = await readFile(join(rig.folder, 'haproxy.cfg'), 'utf8');
    const shop = await rig.route('shop', ['web.1.d20']);
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...shop,
      app: `app${index}`,
      hosts: [`app${index}.test`],
    }));
    const table = { routes: [shop, ...many] };
    await assert.rejects(other.apply(table), { code: 'E_ROUTER' });
    assert.equal(await readFile(join(rig.folder, 'haproxy.cfg'), 'utf8'), before);
    assert.equal((await get(rig.port, 'shop.test')).text, 'web.1.d19');
  });

  test('a change that the running HAProxy refuses half way is undone, and can be made later', async () => {
    await apply(rig.route('shop', ['web.1.d21']), rig.route('blog', ['web.1.d22']));
    const master = new HaproxyMaster(join(rig.folder, 'master.sock'));
    const { current } = await master.workers();
    const backend =
      (await master.map(current, join(rig.folder, 'apps.map'))).find(([, app]) => app === 'blog')?.[0] ?? '';
    const inTheWay = await rig.backends.endpoint('web.1.d24');
    await master.change(current, [
      { kind: 'add-server', backend, server: serverName(inTheWay), ...inTheWay },
    ]);
    const before = await readFile(join(rig.folder, 'haproxy.cfg'), 'utf8');
    const change = () => apply(rig.route('shop', ['web.1.d23']), rig.route('blog', ['web.1.d24']));
    await assert.rejects(change(), { code: 'E_ROUTER' });
    assert.equal(await readFile(join(rig.folder, 'haproxy.cfg'), 'utf8'), before);
    assert.equal((await get(rig.port, 'shop.test')).text, 'web.1.d21');
    assert.equal((await get(rig.port, 'blog.test')).text, 'web.1.d22');
    await change();
    assert.equal((await get(rig.port, 'shop.test')).text, 'web.1.d23');
    assert.equal((await get(rig.port, 'blog.test')).text, 'web.1.d24');
  });
});

test('more apps than backends load the configuration anew, without a failed request, and old connections follow', () =>
  withRig(async (rig) => {
    const shop = await rig.route('shop', ['web.1.d1']);
    await rig.router.apply({ routes: [shop] });
    const idle = new KeepAliveClient(rig.port, 'shop.test');
    assert.equal(await idle.ask(), 'web.1.d1');
    const busy = new KeepAliveClient(rig.port, 'shop.test');
    const running = busy.run(2);
    const echo = await openEcho(rig.port, 'shop.test');
    const download = openGet(rig.port, 'shop.test', '/download');
    await download.began();
    const many = Array.from({ length: 70 }, (_, index) => ({
      ...shop,
      app: `app${index}`,
      hosts: [`app${index}.test`],
    }));
    await rig.router.apply({ routes: [shop, ...many] });
    assert.equal((await get(rig.port, 'app69.test')).status, 200);
    await rig.router.apply({ routes: [await rig.route('shop', ['web.1.d2']), ...many.slice(1)] });
    assert.equal(await idle.ask(), 'web.1.d2');
    const drained = await rig.router.drain('shop', ['web.1.d1'], within(5000, { websocket: 200 }));
    assert.deepEqual(drained.closed, { ...noneOpen, websocket: 1 });
    assert.equal((await download.closed).endsWith('last\r\n0\r\n\r\n'), true);
    assert.deepEqual(drained.finished, { ...noneOpen, stream: 1 });
    busy.stop();
    await running;
    assert.equal(busy.failed, 0);
    echo.destroy();
  }));

test('the socket by which workers hand requests on is theirs alone, and works after a crash and each reload', () =>
  withRig(async (rig) => {
    const relay = join(rig.folder, 'relay.sock');
    const stranger = { uid: 65_534, gid: 65_534, cwd: '/' };
    const knock = await run('curl', ['-q', '-s', '--unix-socket', relay, 'http://shop.test/'], stranger);
    assert.equal(knock.code, 7);
    assert.equal((await stat(relay)).mode & 0o777, 0o600);
    const shop = await rig.route('shop', ['web.1.d1']);
    const follows = async (apps: number, id: string) => {
      const idle = new KeepAliveClient(rig.port, 'shop.test');
      await idle.ask();
      const many = Array.from({ length: apps }, (_, at) => ({
        ...shop,
        app: `a${at}`,
        hosts: [`a${at}.test`],
      }));
      await rig.router.apply({ routes: [await rig.route('shop', [id]), ...many] });
      assert.equal(await idle.ask(), id);
    };
    await rig.router.apply({ routes: [shop] });
    await follows(70, 'web.1.d2');
    process.kill(await pidIn(join(rig.folder, 'haproxy.pid')), 'SIGKILL');
    await rig.router.apply({ routes: [shop] });
    await follows(140, 'web.1.d3');
    await follows(210, 'web.1.d4');
  }));

test('after a crash of HAProxy and of us, the routes are the same', () =>
  withRig(async (rig) => {
    const table = {
      routes: [await rig.route('shop', ['web.1.d1']), { app: 'none', hosts: ['*.none.test'], endpoints: [] }],
    };
    await rig.router.apply(table);
    const master = new HaproxyMaster(join(rig.folder, 'master.sock'));
    const { current } = await master.workers();
    process.kill(current, 'SIGKILL');
    const answer = () => get(rig.port, 'shop.test').catch(() => undefined);
    const options = { firstPause: 20, maxPause: 100, timeout: 10_000 };
    assert.equal((await retryUntil(answer, options))?.text, 'web.1.d1');

    process.kill(await pidIn(join(rig.folder, 'haproxy.pid')), 'SIGKILL');
    await rig.router.apply({ routes: [await rig.route('shop', ['web.1.d2']), ...table.routes.slice(1)] });
    assert.equal((await get(rig.port, 'shop.test')).text, 'web.1.d2');
    assert.deepEqual((await rig.router.drain('shop', ['web.1.d1'], within(0))).closed, noneOpen);

    await stopSupervisor(rig.folder);
    const again = rig.reopen();
    assert.equal((await again.describe()).running, false);
    await again.start();
    assert.equal((await get(rig.port, 'shop.test')).text, 'web.1.d2');
    assert.match((await get(rig.port, 'a.none.test')).text, /none has no process|The app none/);
  }));

test('a port that another program has is named', async () => {
  const rig = await openRig();
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(rig.port, '127.0.0.1', resolve);
  });
  try {
    await assert.rejects(rig.router.start(), (error: { code?: string; message?: string }) => {
      assert.equal(error.code, 'E_PORT_TAKEN');
      assert.match(error.message ?? '', new RegExp(`port ${rig.port} `));
      return true;
    });
  } finally {
    other.close();
    await rig.close();
  }
});

test('another setting reloads a HAProxy that runs, and its routes stay', () =>
  withRig(async (rig) => {
    await rig.router.apply({ routes: [await rig.route('shop', ['web.1.d1'])] });
    const port = await freePort();
    const moved = routerIn(rig.folder, { port, tlsPort: rig.tlsPort });
    await moved.start();
    assert.equal((await get(port, 'shop.test')).text, 'web.1.d1');
  }));
