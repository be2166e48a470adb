import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Sandbox } from '../machine/sandbox.ts';
import { growth, soak } from '../machine/soak.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox?.stop());

test('deploys and commands leave nothing behind but history', async () => {
  const amount = { deploys: 12, commands: 96 };
  const soaked = await soak(sandbox, { deploys: 2, commands: 24 }, amount);
  assert.deepEqual(growth(soaked, amount), []);
  assert.equal(soaked.after.get('containers'), 1);
  assert.equal(soaked.after.get('HAProxy: servers'), 1);
});
