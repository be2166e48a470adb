import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { it } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';

it('git:load-image deploys an image of the archive, and refuses one that is not in it', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  await call(deps, ['apps:create', { app: 'shop' }]);
  const load = (image: string) =>
    call(deps, ['git:load-image', { app: 'shop', image }], { stdin: Readable.from(['shop:1\nshop:2\n']) });
  assert.equal((await load('shop:2')).release, 1);
  assert.deepEqual(deps.proxy.answer('shop.localhost'), { status: 200, app: 'shop', endpoint: 'web.1.d1' });
  await failsWith('E_IMAGE_UNAVAILABLE', load('shop:3'));
  await failsWith('E_INPUT', call(deps, ['git:load-image', { app: 'shop', image: 'shop:1' }]));
});
