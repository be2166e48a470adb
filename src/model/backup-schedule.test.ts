import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRun, parseSchedule } from './backup-schedule.ts';

const at = (iso: string) => Date.parse(iso);

test('A schedule is a line of cron, in UTC.', () => {
  assert.equal(parseSchedule('0 3  * * 1-5'), '0 3  * * 1-5');
  assert.equal(nextRun('0 3  * * *', at('2026-11-26T02:59:59Z')), at('2026-11-26T03:00:00Z'));
  assert.equal(nextRun('0 3 * * *', at('2026-11-26T02:59:59Z')), at('2026-11-26T03:00:00Z'));
  assert.equal(nextRun('0 3 * * *', at('2026-11-26T03:00:00Z')), at('2026-11-27T03:00:00Z'));
  assert.equal(nextRun('*/15 * * * mon', at('2026-11-26T00:00:00Z')), at('2026-11-30T00:00:00Z'));
});

test('What is no such line is refused, and what never comes.', () => {
  for (const wrong of [
    '',
    '* * * *',
    '* * * * * *',
    '61 * * * *',
    'a b c d e',
    '0 0 30 2 *',
    '$(id) * * * *',
    '0 3 * *\n* *',
    '\n0 3 * * *',
  ])
    assert.throws(() => parseSchedule(wrong), { code: 'E_INPUT' }, wrong);
});
