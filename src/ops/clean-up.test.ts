import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call, live } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { silent } from '../model/line.ts';
import { cleanUp } from './clean-up.ts';

test('the outputs of the last 100 deploys of an app are kept, that of its release, and all of another app', async () => {
  const deps = memoryDeps();
  try {
    await live(deps, 'shop');
    const app = deps.store.apps.find('shop') ?? assert.fail();
    const [first] = await call(deps, ['deploys', { app: 'shop' }]);
    await live(deps, 'other');
    const [other] = await call(deps, ['deploys', { app: 'other' }]);
    const ids: number[] = [];
    for (let count = 0; count < 101; count += 1) {
      const { id } = deps.store.deploys.create(app, {
        kind: 'start',
        subject: 'x',
        actor: 'ann',
        createdAt: 1,
      });
      const log = await deps.deployOutputs.record(id, silent);
      await log.close();
      ids.push(id);
    }
    await cleanUp(deps, 'shop');
    assert.equal(await deps.deployOutputs.read(ids.shift() ?? 0), undefined);
    assert.notEqual(await deps.deployOutputs.read(first?.id ?? 0), undefined);
    assert.notEqual(await deps.deployOutputs.read(other?.id ?? 0), undefined);
    for (const id of ids) assert.notEqual(await deps.deployOutputs.read(id), undefined);
  } finally {
    deps.close();
  }
});
