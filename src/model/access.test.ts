import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Actor, may, type Right, type Scope, sees, system } from './access.ts';

const dora: Actor = { kind: 'key', name: 'dora', role: 'deployer', apps: new Set(['shop']) };
const nobody = { kind: 'key', name: 'eve', role: 'stranger' } as unknown as Actor;

const ofApps: readonly Right[] = ['app:read', 'app:deploy', 'app:config'];
const ofAdmins: readonly Right[] = ['app:create', 'app:destroy', 'server:read', 'server:admin'];
const scopes: readonly Scope[] = [{ app: 'shop' }, { app: 'blog' }, 'each-app', 'server'];

test('an admin may do everything', () => {
  for (const right of [...ofApps, ...ofAdmins])
    for (const scope of scopes) assert.ok(may(system, right, scope), right);
});

test('a deployer may work on its own apps, and nothing else', () => {
  for (const right of ofApps) {
    const allowed: readonly Scope[] = scopes.filter((scope) => may(dora, right, scope));
    assert.deepEqual(allowed, [{ app: 'shop' }, 'each-app'], right);
  }
  for (const right of ofAdmins) for (const scope of scopes) assert.ok(!may(dora, right, scope), right);
  assert.deepEqual([sees(dora, 'shop'), sees(dora, 'blog'), sees(dora, 'constructor')], [true, false, false]);
});

test('a role that is not known may do nothing but what anyone may', () => {
  for (const right of [...ofApps, ...ofAdmins])
    for (const scope of scopes) assert.ok(!may(nobody, right, scope));
  assert.ok(may(nobody, 'anyone', 'server'));
});
