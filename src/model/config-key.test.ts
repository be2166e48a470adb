import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Failure } from '../base/failure.ts';
import { checkConfigKey, parsePair } from './config-key.ts';

test('A key is letters, digits and _, with no digit first.', () => {
  for (const key of ['A', '_', 'a1', 'DATABASE_URL']) assert.equal(checkConfigKey(key), key);
  for (const key of ['', '1A', 'A-B', 'A B', 'A\n', 'Ä', 'A.B', 'x'.repeat(257)]) {
    assert.throws(() => checkConfigKey(key), { code: 'E_INPUT' }, key);
  }
});

test('A pair is cut at the first =; the value is whatever follows.', () => {
  const cases: [string, string, string][] = [
    ['A=b', 'A', 'b'],
    ['A=', 'A', ''],
    ['URL=postgres://u:p@h/d?a=b&c=d', 'URL', 'postgres://u:p@h/d?a=b&c=d'],
    ['TEXT=one\n two=2\n', 'TEXT', 'one\n two=2\n'],
    ['Q=\'"$`\\', 'Q', '\'"$`\\'],
  ];
  for (const [word, key, value] of cases) {
    const pair = parsePair(word);
    assert.deepEqual([pair.key, pair.value.reveal()], [key, value]);
  }
});

test('A wrong pair is named by its key, and the value is nowhere in the failure.', () => {
  const words = [
    '1A=hunter2',
    'A B=hunter2',
    '=hunter2',
    'KEY=hunter2\0',
    'hunter2 is=secret',
    'it is hunter2!',
  ];
  for (const word of words) {
    assert.throws(
      () => parsePair(word),
      (error) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.code, 'E_INPUT');
        const told = inspect({ message: error.message, hint: error.hint, detail: error.detail });
        if (!word.startsWith('hunter2')) assert.ok(!told.includes('hunter2'), told);
        return true;
      },
    );
  }
  assert.throws(() => parsePair('GREETING'), { message: 'GREETING is not KEY=VALUE' });
  assert.throws(() => parsePair('1A=x'), { message: /^"1A" is not a name/ });
});
