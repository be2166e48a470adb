import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planCache, planLogs, type SizedLog } from './plan-disk.ts';

test('of the build cache goes what is beyond the budget and was not used for a day', () => {
  assert.deepEqual(planCache(1000), { keep: 1000, unusedHours: 24 });
  assert.equal(planCache(null), null);
});

test('where the disk is short so much more of it goes, but never all, and none with the budget off', () => {
  assert.deepEqual(planCache(1000, { cache: 900, missing: 300 }), { keep: 600, unusedHours: 1 });
  assert.deepEqual(planCache(1000, { cache: 5000, missing: 300 }), { keep: 1000, unusedHours: 1 });
  assert.deepEqual(planCache(1000, { cache: 200, missing: 300 }), { keep: 125, unusedHours: 1 });
  assert.equal(planCache(null, { cache: 900, missing: 300 }), null);
});

function log(name: string, change: Partial<SizedLog> = {}): SizedLog {
  return { app: '1', name, bytes: 10, time: name, mayGrow: false, ...change };
}

test('the oldest logs of all apps go, until the rest fits', () => {
  const files = [log('3'), log('1'), log('2', { app: '2' })];
  const gone = (most: number) => planLogs(files, most).map(({ name }) => name);
  assert.deepEqual(gone(30), []);
  assert.deepEqual(gone(29), ['1']);
  assert.deepEqual(gone(10), ['1', '2']);
  assert.deepEqual(gone(0), ['1', '2', '3']);
});

test('the file that the router writes to stays, those before it may go', () => {
  const files = [
    log('1', { mayGrow: true }),
    log('2', { mayGrow: true }),
    log('1', { app: '2', mayGrow: true }),
  ];
  assert.deepEqual(planLogs(files, 0), [files[0]]);
});
