import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noCounters } from '../tools/haproxy-counters.ts';
import { Tally } from './tally.ts';

const at = (pid: number, pool = 1) => ({ pid, pool });
const answered = (count: number) => ({ ...noCounters, answered: count });

test('counts go on over a reload, where a new worker begins at nothing and the old one goes on', () => {
  const tally = new Tally();
  tally.add('shop', at(1), answered(100));
  const before = tally.of('shop').answered;
  tally.add('shop', at(1), answered(130));
  tally.add('shop', at(2), answered(5));
  tally.add('shop', at(1), answered(131));
  assert.equal(tally.of('shop').answered - before, 36);
});

test('an app that gets a backend of another one does not inherit its counts', () => {
  const tally = new Tally();
  tally.add('blog', at(1), answered(500));
  tally.begin(at(1), answered(510));
  tally.add('shop', at(1), answered(513));
  assert.equal(tally.of('shop').answered, 3);
  assert.equal(tally.of('blog').answered, 500);
});

test('an answer that was broken off is a failure, whatever its status', () => {
  const tally = new Tally();
  tally.add('shop', at(1), { answered: 10, failed: 3, unreached: 1, broken: 2 });
  assert.deepEqual(tally.of('shop'), { answered: 10, failed: 5, unreached: 1, broken: 2 });
});

test('what a drain cut is no failure, once', () => {
  const tally = new Tally();
  tally.excuse('shop', 2);
  tally.add('shop', at(1), { answered: 3, failed: 1, unreached: 0, broken: 2 });
  assert.equal(tally.of('shop').failed, 1);
  tally.add('shop', at(1), { answered: 4, failed: 2, unreached: 0, broken: 2 });
  assert.equal(tally.of('shop').failed, 2);
  tally.excuse('shop', 3);
  tally.excuse('shop', 0);
  tally.add('shop', at(1), { answered: 5, failed: 3, unreached: 0, broken: 2 });
  assert.equal(tally.of('shop').failed, 3);
});

test('a worker that is gone is forgotten, its pid may come again', () => {
  const tally = new Tally();
  tally.add('shop', at(12), answered(7));
  tally.add('shop', at(1), answered(1));
  tally.keepOnly([1]);
  tally.add('shop', at(12), answered(2));
  tally.add('shop', at(1), answered(1));
  assert.equal(tally.of('shop').answered, 10);
});
