import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { call, failsWith, hello, live, push, tarOf } from '../../test/machine/memory-calls.ts';
import type { OutputOf } from '../contract/operations.ts';
import { type MemoryDeps, memoryDeps } from '../../test/machine/memory-deps.ts';

/** Deploys N of `shop`, each with an image of its own. */
async function deployed(deps: MemoryDeps, times: number): Promise<void> {
  await live(deps, 'shop');
  for (let more = 2; more <= times; more += 1) await push(deps, ['shop', { ...hello, more: String(more) }]);
  await deps.settled();
}

const keep = (deps: MemoryDeps, value: string, app: string | null = 'shop') =>
  call(deps, ['releases:set', { app, property: 'keep', value }]);

const keptDeploys = (deps: MemoryDeps) =>
  [...deps.images.tags.keys()].map((tag) => deps.names.deployOfImage(tag)).sort();

const counts = ({ images, untagged, sources, outputs }: OutputOf<'cleanup'>) => ({
  images,
  untagged,
  sources,
  outputs,
});

describe('releases:set keep', () => {
  it('says how many images a deploy leaves, of an app before of all', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await keep(deps, '3', null);
    await deployed(deps, 5);
    assert.deepEqual(keptDeploys(deps), [3, 4, 5]);
    await keep(deps, '1');
    await push(deps, ['shop', { ...hello, more: 'x' }]);
    await deps.settled();
    assert.deepEqual(keptDeploys(deps), [6]);
    await failsWith('E_RELEASE_MISSING', call(deps, ['rollback', { app: 'shop' }]));
    const [part] = await call(deps, ['releases:report', { app: 'shop' }]);
    const values = Object.fromEntries((part?.rows ?? []).map(({ label, value }) => [label, value]));
    assert.equal(values['Releases computed keep'], '1');
    assert.equal(values['Releases global keep'], '3');
    assert.equal(values['Releases kept images'], '1');
    for (const value of ['0', '-1', '1001', 'all']) await failsWith('E_INPUT', keep(deps, value));
  });

  it('that is raised brings back no image that is gone', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await keep(deps, '1', null);
    await deployed(deps, 2);
    await keep(deps, '10');
    const error = await failsWith(
      'E_RELEASE_MISSING',
      call(deps, ['rollback', { app: 'shop', release: 'v1' }]),
    );
    assert.match(error.message, /image is kept/);
  });
});

describe('cleanup', () => {
  it('removes what no release, no source and no recent deploy needs, and nothing else', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await deployed(deps, 3);
    await live(deps, 'blog');
    const ghost = deps.names.image('ghost', 77);
    for (const tag of [ghost, 'node:22', 'slipway/other/shop:d1'])
      deps.images.tags.set(tag, { id: 'sha256:1', digest: null, ports: [] });
    const { signal } = new AbortController();
    await deps.sources.receive(77, tarOf(hello), { type: 'tar', strip: false, signal });
    await (await deps.deployOutputs.record(77, { step() {} } as never)).close();
    await keep(deps, '1');
    const none = await call(deps, ['cleanup', { app: 'blog' }]);
    assert.deepEqual(counts(none), { images: 0, untagged: 0, sources: 0, outputs: 0 });
    const shop = await call(deps, ['cleanup', { app: 'shop' }]);
    assert.deepEqual(counts(shop), { images: 2, untagged: 0, sources: 0, outputs: 0 });
    assert.ok(deps.images.tags.has(ghost));
    const all = await call(deps, ['cleanup', {}]);
    assert.deepEqual(counts(all), { images: 1, untagged: 0, sources: 1, outputs: 1 });
    const left = [
      deps.names.image('shop', 3),
      deps.names.image('blog', 4),
      'node:22',
      'slipway/other/shop:d1',
    ];
    assert.deepEqual([...deps.images.tags.keys()].sort(), left.sort());
    assert.deepEqual((await deps.sources.list()).toSorted(), [3, 4]);
    assert.deepEqual((await deps.deployOutputs.list()).toSorted(), [1, 2, 3, 4]);
  });

  it('leaves alone what a deploy is making', async (t) => {
    const deps = memoryDeps();
    t.after(() => deps.close());
    await live(deps, 'shop');
    const stop = new AbortController();
    const pushing = push(deps, ['shop', { ...hello, Procfile: 'web: slow' }], { signal: stop.signal });
    while (deps.images.tags.size < 2) await new Promise(setImmediate);
    assert.deepEqual(counts(await call(deps, ['cleanup', {}])), {
      images: 0,
      untagged: 0,
      sources: 0,
      outputs: 0,
    });
    assert.equal(deps.images.tags.size, 2);
    assert.deepEqual((await deps.sources.list()).toSorted(), [1, 2]);
    stop.abort();
    await failsWith('E_CANCELLED', pushing);
  });
});
