import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, parsePlace, placeText } from './place.ts';

test('a place is a port, or an address and a port', () => {
  assert.deepEqual(parsePlace('15432'), { address: null, port: 15432 });
  for (const text of ['127.0.0.1:1', '0.0.0.0:65535', '[::1]:5432', '[::]:5432']) {
    const { address, port } = parsePlace(text);
    assert.equal(placeText({ address: address ?? '', port }), text);
  }
});

test('nothing else is', () => {
  for (const text of [
    '',
    '0',
    '65536',
    'a',
    '1.2.3:5',
    '1.2.3.4',
    ':5',
    '::1:5',
    '[1.2.3.4]:5',
    '256.1.1.1:5',
    '1 2',
    '-1',
  ])
    assert.throws(() => parsePlace(text), { code: 'E_INPUT' }, text);
});

test('loopback is what this machine alone reaches', () => {
  for (const address of ['127.0.0.1', '127.3.4.5', '::1', '::ffff:127.0.0.1'])
    assert.equal(isLoopback(address), true, address);
  for (const address of ['0.0.0.0', '::', '10.0.0.1', '1.127.0.1'])
    assert.equal(isLoopback(address), false, address);
});
