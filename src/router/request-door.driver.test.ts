import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { exec } from '../base/exec.ts';
import { retryUntil } from '../base/retry.ts';
import { get } from './backend.fixture.ts';
import { HaproxyRouter } from './haproxy.ts';
import { launchBySupervisor } from './launch-script.ts';
import { openRequestDoor, type RequestDoor } from './request-door.ts';
import type { RequestLine } from './request-line.ts';
import { openRig, type HaproxyRig } from './router-rig.fixture.ts';

describe('the requests that HAProxy tells', () => {
  let rig: HaproxyRig;
  let path: string;
  let door: RequestDoor | undefined;
  const told: RequestLine[] = [];

  const open = async () => {
    const id = async (flag: string) => Number((await exec('id', [flag, 'haproxy'])).stdout);
    const owner = { uid: await id('-u'), gid: await id('-g') };
    door = await openRequestDoor({ path, owner }, (lines) => told.push(...lines));
  };
  const close = async () => {
    await door?.close();
    door = undefined;
  };
  const ask = async (from: number, to: number) => {
    for (let at = from; at < to; at += 1) await get(rig.port, 'shop.test', { path: `/n${at}?secret=1` });
  };
  const paths = () => told.map(({ text }) => text.split(' ')[1]);
  const wanted = (count: number) => Array.from({ length: count }, (_, at) => `/n${at}`);
  const arrived = (count: number) =>
    retryUntil(async () => (told.length >= count ? true : undefined), {
      firstPause: 20,
      maxPause: 100,
      timeout: 10_000,
    });

  before(async () => {
    rig = await openRig();
    const top = dirname(rig.folder);
    // The worker is another user.
    await chmod(top, 0o711);
    path = join(top, 'requests.sock');
    const haproxy = '/usr/sbin/haproxy';
    const supervisor = new URL('../../scripts/supervise.sh', import.meta.url).pathname;
    const router = new HaproxyRouter({
      folder: rig.folder,
      haproxy,
      http: { port: rig.port, addresses: ['127.0.0.1'] },
      launch: launchBySupervisor({ supervisor, folder: rig.folder, haproxy }),
      requestSocket: path,
    });
    await router.start();
    await router.apply({ routes: [await rig.route('shop', ['web.1.d1'])] });
  });
  after(async () => {
    await close();
    await rig.close();
  });

  it('come one each, with the id that the app got', { timeout: 60_000 }, async () => {
    await open();
    const headers = JSON.parse((await get(rig.port, 'shop.test', { path: '/headers' })).text) as Record<
      string,
      string
    >;
    await arrived(1);
    assert.equal(told[0]?.app, 'shop');
    const id = headers['x-request-id'];
    assert.match(
      told[0]?.text ?? '',
      new RegExp(
        `^GET /headers 200 \\d+ms \\d+B web\\.1 request=${id} host=shop\\.test client=127\\.0\\.0\\.1$`,
      ),
    );
    told.length = 0;
    await ask(0, 20);
    await arrived(20);
    assert.deepEqual(paths().toSorted(), wanted(20).toSorted());
  });

  it('are kept while nobody listens, and come afterwards, once', { timeout: 60_000 }, async () => {
    await close();
    await ask(20, 60);
    await open();
    await ask(60, 80);
    await arrived(80);
    assert.deepEqual(paths().toSorted(), wanted(80).toSorted());
  });

  it('are not those of an unknown host, nor what is no request', { timeout: 60_000 }, async () => {
    await get(rig.port, 'nobody.test', { path: '/unknown' });
    await ask(80, 81);
    await arrived(81);
    assert.deepEqual(paths().toSorted(), wanted(81).toSorted());
  });
});
