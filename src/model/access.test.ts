import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Actor, may, type Right, sees, system } from './access.ts';

/** Right -> whether a deployer has it on an app that is named for them. */
const rights: Readonly<Record<Right, boolean>> = {
  anyone: true,
  'app:read': true,
  'app:deploy': true,
  'app:config': true,
  'app:create': false,
  'app:destroy': false,
  'server:read': false,
  'server:admin': false,
};
const all = Object.keys(rights) as Right[];
const deployer: Actor = { kind: 'key', name: 'bob', role: 'deployer', apps: new Set(['shop']) };
const stranger = { kind: 'key', name: 'eve', role: 'stranger' } as unknown as Actor;

describe('may', () => {
  it('lets an administrator do everything', () => {
    for (const right of all)
      for (const scope of [{ app: 'shop' }, 'each-app', 'server'] as const)
        assert.ok(may(system, right, scope));
  });

  it('lets a deployer do the work of the apps that are named, and nothing with others or the server', () => {
    for (const right of all) {
      assert.equal(may(deployer, right, { app: 'shop' }), rights[right], right);
      assert.equal(may(deployer, right, 'each-app'), rights[right], right);
      assert.equal(may(deployer, right, { app: 'blog' }), right === 'anyone', right);
      assert.equal(may(deployer, right, 'server'), right === 'anyone', right);
    }
    assert.ok(sees(deployer, 'shop') && !sees(deployer, 'blog'));
  });

  it('lets whoever has no role that is known do what anyone may', () => {
    for (const right of all) assert.equal(may(stranger, right, { app: 'shop' }), right === 'anyone', right);
  });
});
