import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Backup } from '../backup.ts';
import { type BackupFact, judgeBackups } from './judge-backups.ts';

const hour = 3_600_000;
const service = { kind: 'postgres', name: 'db' } as const;

function backup(change: Partial<Backup> & { readonly id: number }): Backup {
  return {
    ...service,
    object: 'postgres/db/one',
    place: 'local',
    encrypted: false,
    startedAt: 3 * hour,
    finishedAt: 3 * hour + 1,
    state: 'made',
    dumpBytes: 1000,
    bytes: 300,
    counts: null,
    verified: { at: 3 * hour + 2, milliseconds: 1, problems: [] },
    failure: null,
    ...change,
  };
}

function judge(fact: Partial<BackupFact>, hours: number): readonly string[] {
  const whole = { service, plan: { schedule: '0 3 * * *', since: 0 }, backups: [], ...fact };
  return judgeBackups([whole], hours * hour).map(({ state, text, fix }) => `${state}: ${text} (${fix})`);
}

const fine = ['ok: 1 service by a schedule (null)'];
const mend = 'slipway postgres:backup db, when that is mended';

test('a backup that was not made an hour after its time is missed', () => {
  assert.deepEqual(judge({}, 3.9), fine);
  assert.deepEqual(judge({}, 4.1), [
    'broken: The backup of postgres:db was due at 1970-01-01T03:00Z (slipway postgres:backup db makes it now)',
  ]);
  assert.deepEqual(judge({ backups: [backup({ id: 1 })] }, 27.9), fine);
  assert.equal(judge({ backups: [backup({ id: 1 })] }, 28.1).length, 1);
  assert.deepEqual(judge({ plan: { schedule: null, since: 0 } }, 100), [
    'ok: 0 services by a schedule (null)',
  ]);
});

test('of the newest backup is told what is wrong with it, of earlier ones not', () => {
  const failed = backup({ id: 2, state: 'failed', failure: 'no such bucket', verified: null });
  assert.deepEqual(judge({ backups: [failed, backup({ id: 1 })] }, 5), [
    `broken: Backup 2 of postgres:db: failed: no such bucket (${mend})`,
  ]);
  assert.deepEqual(judge({ backups: [backup({ id: 3 }), failed] }, 5), fine);
  const broken = backup({ id: 4, verified: { at: 0, milliseconds: 1, problems: ['notes is missing'] } });
  assert.deepEqual(judge({ backups: [broken] }, 5), [
    `broken: Backup 4 of postgres:db: broken: notes is missing (${mend})`,
  ]);
  assert.deepEqual(judge({ backups: [backup({ id: 5, verified: null })] }, 5), fine);
});

test('one of less than half of what was there before is told of, by bytes or by rows', () => {
  const counted = (id: number, rows: number) =>
    backup({ id, counts: { before: { notes: rows }, after: { notes: rows } } });
  assert.deepEqual(judge({ backups: [counted(2, 40), counted(1, 100)] }, 5), [
    `broken: Backup 2 of postgres:db: verified, but it has 40 rows or keys, and the one before had 100 (${mend})`,
  ]);
  assert.deepEqual(judge({ backups: [counted(2, 50), counted(1, 100)] }, 5), fine);
  assert.deepEqual(judge({ backups: [counted(2, 0), counted(1, 99)] }, 5), fine);
  const sized = (id: number, dumpBytes: number) => backup({ id, dumpBytes });
  assert.match(judge({ backups: [sized(2, 50_000), sized(1, 200_000)] }, 5).join(), /the dump has 4[89]/);
});
