import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../base/failure.ts';
import { budgetBytes, reserveBytes, standardMinFree } from './disk-budget.ts';

const gibibyte = 1024 ** 3;

test('a budget is a size, a share of the disk, or off', () => {
  assert.equal(budgetBytes('10G', 1), 10 * gibibyte);
  assert.equal(budgetBytes('20%', 1000), 200);
  assert.equal(budgetBytes('0.5 %', 1000), 5);
  assert.equal(budgetBytes('off', 1000), null);
  for (const wrong of ['100%', '-1%', '0', '1k', 'all', '%', '10 apples'])
    assert.throws(() => budgetBytes(wrong, 1000), Failure, wrong);
});

test('what must be free is a twentieth, from 1 to 5 GiB, and of a small disk a tenth', () => {
  assert.equal(standardMinFree(40 * gibibyte), 2 * gibibyte);
  assert.equal(standardMinFree(20 * gibibyte), gibibyte);
  assert.equal(standardMinFree(15 * gibibyte), gibibyte);
  assert.equal(standardMinFree(1000 * gibibyte), 5 * gibibyte);
  assert.equal(standardMinFree(5 * gibibyte), gibibyte / 2);
});

test('the reserve is 32 MiB, of a tiny disk a small part', () => {
  assert.equal(reserveBytes(100 * gibibyte), 32 * 1024 ** 2);
  assert.equal(reserveBytes(64 * 1024 ** 2), 1024 ** 2);
});
