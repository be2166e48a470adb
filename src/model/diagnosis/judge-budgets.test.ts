import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiskBudgets } from '../disk-budget.ts';
import type { DiskUse } from '../disk-use.ts';
import { judgeBudgets, judgeReserve } from './judge-budgets.ts';

const use: DiskUse = {
  imageFolder: null,
  images: { apps: 80, shared: 20, others: 500, cache: 100 },
  rootFolder: '/srv',
  root: { logs: 100, outputs: 0, sources: 0, repositories: 0, store: 0 },
};

const warned = (budgets: Partial<DiskBudgets>) =>
  judgeBudgets([], use, { images: null, cache: null, logs: null, ...budgets }).map(
    ({ state, text }) => `${state}: ${text}`,
  );

test('what is beyond its budget by more than a day brings is a warning', () => {
  assert.deepEqual(warned({}), []);
  assert.deepEqual(warned({ images: 91, cache: 91, logs: 91 }), []);
  assert.deepEqual(warned({ images: 90 }), ['warning: Images: 100 B, and the budget is 90 B']);
  assert.deepEqual(warned({ cache: 50 }), ['warning: The build cache: 100 B, and the budget is 50 B']);
  assert.deepEqual(warned({ logs: 50 }), ['warning: Logs: 100 B, and the budget is 50 B']);
});

test('a reserve that was given away is a warning', () => {
  assert.equal(judgeReserve(10, 10).state, 'ok');
  assert.equal(judgeReserve(0, 10).state, 'warning');
});
