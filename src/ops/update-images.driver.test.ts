import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tester } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { startTinyRegistry } from '../../test/machine/tiny-registry.ts';
import { TrialImages } from '../../test/machine/trial-images.ts';
import { checkInput } from '../contract/check-input.ts';
import type { OperationName, OutputOf } from '../contract/operations.ts';
import { silent } from '../model/line.ts';
import type { Deps } from './deps.ts';
import { dispatch } from './dispatch.ts';

function call<N extends OperationName>(deps: Deps, name: N, input: object): Promise<OutputOf<N>> {
  const { signal } = new AbortController();
  const request = { actor: tester, out: silent, signal, stdin: null };
  return dispatch(deps, request, { name, input: checkInput(name, { ...input }) });
}

test('Of a mirror that has a newer image, it is pulled; the app on the older one is named and rebuilt.', async (t) => {
  const [trial, registry] = [await TrialImages.open(), await startTinyRegistry()];
  const memory = memoryDeps({ settings: { instance: trial.names.instance } });
  const images = trial.images({ source: 'auto', mirror: registry.host });
  t.after(async () => {
    await memory.settled();
    for (const tag of await images.appTags()) await images.untag(tag);
    await trial.close(registry.host);
    await registry.close();
    memory.close();
  });
  await registry.publish('library/tiny');
  const deps = { ...memory, images };
  await call(deps, 'apps:create', { app: 'shop' });
  await call(deps, 'git:from-image', { app: 'shop', image: 'tiny:1' });
  const update = (rebuild = false) => call(deps, 'images:update', { names: ['tiny:1'], rebuild });
  const same = await update();
  assert.deepEqual([same.images[0]?.outcome, same.apps], ['current', []]);
  await registry.publish('library/tiny');
  const newer = await update();
  assert.equal(newer.images[0]?.outcome, 'updated');
  assert.deepEqual(newer.apps, [{ app: 'shop', bases: ['tiny:1'], rebuilt: null, reason: null }]);
  assert.equal((await update(true)).apps[0]?.rebuilt, true);
  assert.deepEqual((await update()).apps, []);
  const { build } = await call(deps, 'releases:info', { app: 'shop', release: 2 });
  assert.equal(build?.bases[0]?.id, newer.images[0]?.id);
});
