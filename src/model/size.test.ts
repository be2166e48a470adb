import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatBytes, parseSize } from './size.ts';

test('Sizes are read in powers of 1024, whatever the case.', () => {
  const cases: Record<string, number> = {
    '0': 0,
    '12345': 12345,
    '100k': 102_400,
    '512M': 536_870_912,
    '512m': 536_870_912,
    '512MB': 536_870_912,
    '512 MiB': 536_870_912,
    '1.5GiB': 1_610_612_736,
    '1G': 1_073_741_824,
    '2T': 2_199_023_255_552,
    '7b': 7,
    '1.7': 1,
  };
  for (const [text, bytes] of Object.entries(cases)) assert.equal(parseSize(text), bytes, text);
});

test('What is no size is refused.', () => {
  for (const text of [
    '',
    'M',
    '-1',
    '1e3',
    '1.',
    '.5',
    '1 2',
    '512X',
    'Infinity',
    '9999999T',
    '1M\n',
    ' 1M',
  ]) {
    assert.throws(() => parseSize(text), { code: 'E_INPUT' }, text);
  }
});

test('Bytes are written with the unit that gives one to four digits.', () => {
  const cases: [number, string][] = [
    [0, '0 B'],
    [87, '87 B'],
    [1023, '1023 B'],
    [1024, '1 KiB'],
    [1536, '1.5 KiB'],
    [10_240, '10 KiB'],
    [536_870_912, '512 MiB'],
    [1024 ** 3 - 1, '1 GiB'],
    [1.5 * 1024 ** 3, '1.5 GiB'],
    [5000 * 1024 ** 4, '5000 TiB'],
  ];
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

test('What is written can be read, within the rounding of a tenth.', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 45 }), (bytes) => {
      assert.ok(Math.abs(parseSize(formatBytes(bytes)) - bytes) <= bytes * 0.06);
    }),
  );
});
