import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { newPrivateKey } from './private-key.ts';

test('a key of each type is PEM, and another one each time', async () => {
  const [ec, other, rsa] = await Promise.all([
    newPrivateKey('ec256'),
    newPrivateKey('ec256'),
    newPrivateKey('rsa2048'),
  ]);
  assert.match(ec.reveal(), /^-----BEGIN PRIVATE KEY-----\n/);
  assert.equal(createPrivateKey(ec.reveal()).asymmetricKeyDetails?.namedCurve, 'prime256v1');
  assert.equal(createPrivateKey(rsa.reveal()).asymmetricKeyDetails?.modulusLength, 2048);
  assert.ok(!ec.equals(other));
});
