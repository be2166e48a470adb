import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Actor, may, type Right, system } from './access.ts';

const rights: Readonly<Record<Right, true>> = {
  anyone: true,
  'app:read': true,
  'app:deploy': true,
  'app:config': true,
  'app:create': true,
  'app:destroy': true,
  'server:read': true,
  'server:admin': true,
};

describe('may', () => {
  it('lets administrators do everything, and whoever is no administrator what anyone may', () => {
    const stranger = { kind: 'key', name: 'eve', role: 'stranger' } as unknown as Actor;
    for (const right of Object.keys(rights) as Right[]) {
      assert.ok(may(system, right));
      assert.equal(may(stranger, right), right === 'anyone');
    }
  });
});
