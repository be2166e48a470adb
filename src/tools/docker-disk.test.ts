import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Answer, OtherEnd } from '../../test/machine/other-end.ts';
import { diskUsage, pruneBuildCache } from './docker-disk.ts';
import { pruneUntagged } from './docker-images.ts';
import { Docker } from './docker.ts';

async function dockerThat(t: TestContext, answer: Answer): Promise<{ docker: Docker; end: OtherEnd }> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-docker-'));
  const end = new OtherEnd(join(folder, 'socket'), (request, response, seen) => {
    if (request.url === '/_ping') response.setHeader('Api-Version', '1.41').end();
    else void answer(request, response, seen);
  });
  await end.listen();
  const docker = new Docker(end.socketPath);
  t.after(async () => {
    docker.close();
    await end.close();
    rmSync(folder, { recursive: true });
  });
  return { docker, end };
}

test('a count for somebody else is waited for', async (t) => {
  const usage = {
    LayersSize: 100,
    Images: [{ RepoTags: ['a:1'], Labels: null, Size: 60, SharedSize: 40 }],
    BuildCache: [
      { Size: 5, Shared: false },
      { Size: 9, Shared: true },
    ],
  };
  let asked = 0;
  const { docker } = await dockerThat(t, (_request, response) => {
    asked += 1;
    if (asked > 2) response.end(JSON.stringify(usage));
    else response.writeHead(500).end('{"message":"a disk usage operation is already running"}');
  });
  assert.deepEqual(await diskUsage(docker), {
    layers: 100,
    images: [{ tags: ['a:1'], labels: {}, bytes: 20 }],
    cache: 5,
  });
  assert.equal(asked, 3);
});

test('a prune of the build cache is bounded in size and age', async (t) => {
  const { docker, end } = await dockerThat(t, (_request, response) => {
    response.end('{"CachesDeleted":null,"SpaceReclaimed":7}');
  });
  assert.equal(await pruneBuildCache(docker, { keep: 1000.5, unusedHours: 24 }), 7);
  const { url } = end.seen.at(-1) ?? assert.fail();
  assert.equal(url.pathname, '/v1.41/build/prune');
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    all: 'true',
    'keep-storage': '1000',
    filters: '{"until":["24h"]}',
  });
});

test('a prune of images that somebody else is at removes nothing', async (t) => {
  const { docker } = await dockerThat(t, (_request, response) => {
    response.writeHead(409).end('{"message":"a prune operation is already running"}');
  });
  assert.equal(await pruneUntagged(docker, 'slipway.instance=main'), 0);
});
