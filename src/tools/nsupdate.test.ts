import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../base/secret.ts';
import { updateScript, type UpdateKey } from './nsupdate.ts';

const key: UpdateKey = {
  server: 'ns.example.com',
  port: 53,
  algorithm: 'hmac-sha256',
  keyName: 'acme-key',
  secret: new Secret('c2VjcmV0Cg=='),
};
const add = { change: 'add', name: '_acme-challenge.example.com', value: 'a-b_C' } as const;

test('the commands of a change', () => {
  assert.equal(
    updateScript(key, add),
    `server ns.example.com 53
key hmac-sha256:acme-key c2VjcmV0Cg==
update add _acme-challenge.example.com. 60 TXT "a-b_C"
send
`,
  );
  assert.ok(
    updateScript(key, { ...add, change: 'delete' }).includes(
      'update delete _acme-challenge.example.com. TXT "a-b_C"\n',
    ),
  );
});

for (const hostile of ['a b', 'a\nsend', 'a"', '', 'a;b', '$(id)']) {
  test(`${JSON.stringify(hostile)} becomes no command`, () => {
    for (const [wrongKey, change] of [
      [{ ...key, server: hostile }, add],
      [{ ...key, keyName: hostile }, add],
      [{ ...key, secret: new Secret(hostile) }, add],
      [key, { ...add, name: hostile }],
      [key, { ...add, value: hostile }],
    ] as const) {
      assert.throws(() => updateScript(wrongKey, change), RangeError);
    }
  });
}
