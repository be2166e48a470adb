import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Ability, kindNames, serviceKinds } from '../model/service-kind.ts';
import { kinds } from './kinds/kinds.ts';
import { MemoryServices } from './memory.ts';
import { serviceContract } from './service.contract.ts';

serviceContract('memory', async () => {
  const services = new MemoryServices();
  return {
    services,
    stranger: new MemoryServices(),
    image: 'sha256:0',
    isReachable: async (service) => services.isReachable(service),
    close: async () => {},
  };
});

test('what people are told that a kind can do is what its row can', () => {
  for (const name of kindNames) {
    const { dump, restore, count, client, base, adopt, archive } = kinds[name];
    const able: readonly (readonly [Ability, boolean])[] = [
      ['dump', dump !== null && restore !== null && count !== null],
      ['client', client !== null],
      ['files', base !== null && adopt !== null && archive !== null],
    ];
    const found = able.flatMap(([ability, is]) => (is ? [ability] : []));
    assert.deepEqual(serviceKinds[name].abilities, found, name);
  }
});
