import assert from 'node:assert/strict';
import { it } from 'node:test';
import { call, failsWith } from '../../test/machine/memory-calls.ts';
import { memoryDeps } from '../../test/machine/memory-deps.ts';
import { failure } from '../model/failures.ts';

it('a service that cannot be made goes later, where it cannot be removed now; its own reason is told', async (t) => {
  const deps = memoryDeps();
  t.after(() => deps.close());
  deps.services.deaf.add('postgres:db');
  const remove = deps.services.remove.bind(deps.services);
  let tries = 0;
  deps.services.remove = async (...order) => {
    tries += 1;
    if (tries === 1) throw failure('E_DOCKER', 'Docker is away');
    await remove(...order);
  };
  await failsWith('E_SERVICE_NOT_READY', call(deps, ['postgres:create', { name: 'db' }]));
  await deps.settled();
  assert.deepEqual([tries, deps.store.services.all(), await deps.services.list()], [2, [], []]);
});
