import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type Dated, expired, parseRetention } from './backup-retention.ts';

const day = 86_400_000;
/** A day at noon, UTC. */
const noon = (iso: string) => Date.parse(`${iso}T12:00:00Z`);
const daily = (from: string, days: number): readonly Dated[] =>
  Array.from({ length: days }, (_, at) => ({ id: at + 1, at: noon(from) + at * day, verified: true }));

test('What is kept is said in words, and everything else is refused.', () => {
  assert.deepEqual(parseRetention('daily=7, weekly=4,monthly=6'), { daily: 7, weekly: 4, monthly: 6 });
  for (const wrong of [
    '',
    'daily',
    'daily=0',
    'daily=-1',
    'nightly=3',
    'daily=1,daily=2',
    'daily=1;id',
    'daily=99999',
  ])
    assert.throws(() => parseRetention(wrong), { code: 'E_INPUT' }, wrong);
});

test('The newest of each day and week stays.', () => {
  // 1 November 2026 was a Sunday.
  const gone = expired(daily('2026-11-01', 28), { daily: 3, weekly: 3 });
  const kept = daily('2026-11-01', 28)
    .filter(({ id }) => !gone.includes(id))
    .map(({ at }) => new Date(at).toISOString().slice(0, 10));
  assert.deepEqual(kept, ['2026-11-15', '2026-11-22', '2026-11-26', '2026-11-27', '2026-11-28']);
});

test('The newest that was verified stays, however old.', () => {
  const all = daily('2026-11-01', 5).map((one) => ({ ...one, verified: one.id === 1 }));
  assert.deepEqual(expired(all, { last: 1 }), [4, 3, 2]);
});

test('Nothing but what was given goes, the newest never, and a second time nothing more.', () => {
  const dated = fc.record({
    id: fc.nat(10_000),
    at: fc.integer({ min: 0, max: 2e12 }),
    verified: fc.boolean(),
  });
  const retention = fc.record(
    {
      last: fc.integer({ min: 1, max: 5 }),
      daily: fc.integer({ min: 1, max: 5 }),
      monthly: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.uniqueArray(dated, { selector: ({ id }) => id }), retention, (backups, wish) => {
      const gone = new Set(expired(backups, wish));
      const left = backups.filter(({ id }) => !gone.has(id));
      assert.equal(left.length + gone.size, backups.length);
      if (backups.length > 0)
        assert.ok(left.some(({ at }) => at === Math.max(...backups.map((one) => one.at))));
      assert.equal(
        left.some(({ verified }) => verified),
        backups.some(({ verified }) => verified),
      );
      assert.deepEqual(expired(left, wish), []);
    }),
  );
});
