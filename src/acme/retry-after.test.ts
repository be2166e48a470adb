import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfter } from './retry-after.ts';

const now = Date.UTC(2026, 0, 1);

const cases: readonly (readonly [string | undefined, number | undefined])[] = [
  [undefined, undefined],
  ['0', 0],
  ['120', 120_000],
  [' 7 ', 7000],
  ['Thu, 01 Jan 2026 01:00:00 GMT', 3_600_000],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
  ['99999999999999999999', 30 * 86_400_000],
  ['soon', undefined],
  ['', undefined],
];

for (const [header, expected] of cases) {
  test(`Retry-After ${JSON.stringify(header)} is ${expected}`, () => {
    assert.equal(retryAfter(header, now), expected);
  });
}
