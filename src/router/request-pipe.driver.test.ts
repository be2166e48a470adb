import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { retryUntil } from '../base/retry.ts';
import { get } from './backend.fixture.ts';
import { openRequestPipe, type RequestPipe } from './request-pipe.ts';
import type { RequestLine } from './request-line.ts';
import { routerPaths } from './router-paths.ts';
import { openRig, type HaproxyRig } from './router-rig.fixture.ts';

describe('the requests that HAProxy tells', () => {
  let rig: HaproxyRig;
  let path: string;
  let pipe: RequestPipe | undefined;
  const told: RequestLine[] = [];

  const open = async () => {
    pipe = await openRequestPipe(path, (lines) => told.push(...lines));
  };
  const close = async () => {
    await pipe?.close();
    pipe = undefined;
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
    path = routerPaths(rig.folder).requests;
    await rig.router.start();
    await rig.router.apply({ routes: [await rig.route('shop', ['web.1.d1'])] });
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

  it('are read once and whole, however often the reading is broken off', { timeout: 60_000 }, async () => {
    await close();
    const before = told.length;
    const lines = Array.from({ length: 5000 }, (_, at) => {
      const id = '0ae2c9b4-1f7d-4f0e-9f6b-7d1d1b8f2c3a';
      return `1795780741184122 shop 200 0 1098 web.1.d42:10.192.0.5:3000 ${id} 127.0.0.1 -- - GET shop.test /made${at}`;
    });
    await writeFile(path, `${lines.join('\n')}\n`);
    while (told.length < before + lines.length) {
      const read = Promise.withResolvers<void>();
      pipe = await openRequestPipe(path, (some) => {
        told.push(...some);
        read.resolve();
      });
      await read.promise;
      await close();
    }
    const made = told.splice(before).map(({ text }) => text.split(' ')[1]);
    assert.deepEqual(
      made,
      lines.map((_, at) => `/made${at}`),
    );
    await open();
  });

  it('are not those of an unknown host, nor what is no request', { timeout: 60_000 }, async () => {
    await get(rig.port, 'nobody.test', { path: '/unknown' });
    await ask(80, 81);
    await arrived(81);
    assert.deepEqual(paths().toSorted(), wanted(81).toSorted());
  });
});
