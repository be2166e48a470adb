import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ArchiveFile,
  type ArchivePlan,
  filesFor,
  firstMoment,
  isBaseDue,
  outdatedFiles,
} from './archive.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const plan: ArchivePlan = { place: 'local', keepDays: 7, since: 0, provenAt: null };

/** A base that took two minutes, or a part of the log, that is whole at this time. */
function file(part: ArchiveFile['part'], at: number): ArchiveFile {
  const startedAt = part === 'base' ? at - 2 * minute : at;
  return { id: at, part, object: `o${at}`, place: 'local', bytes: 1, startedAt, at };
}

const files = [
  file('log', 1 * minute),
  file('log', 9 * minute),
  file('base', 10 * minute),
  file('log', 20 * minute),
  file('log', 21 * minute),
  file('log', 30 * minute),
  file('base', 40 * minute),
  file('log', 50 * minute),
];
const ats = (found: readonly ArchiveFile[] | undefined) => found?.map(({ at }) => at / minute);

describe('what a moment is restored from', () => {
  test('the last base before it, and the log from its begin to what may hold that moment', () => {
    const found = filesFor(files, plan, 20 * minute);
    assert.equal(found?.base.at, 10 * minute);
    assert.deepEqual(ats(found?.log), [9, 20, 21, 30]);
    assert.deepEqual(ats(filesFor(files, plan, 18 * minute)?.log), [9, 20]);
    assert.deepEqual(ats(filesFor(files, plan, 60 * minute)?.log), [50]);
  });

  test('no log of other data files, as there are after an upgrade', () => {
    const upgraded = { ...plan, since: 25 * minute };
    assert.deepEqual(ats(filesFor(files, upgraded, 35 * minute)?.log), [9, 20, 21]);
    assert.deepEqual(ats(filesFor(files, upgraded, 60 * minute)?.log), [50]);
  });

  test('nothing before the first base is whole', () => {
    assert.equal(filesFor(files, plan, 9 * minute), undefined);
    assert.equal(firstMoment(files), 10 * minute);
    assert.equal(firstMoment([file('log', 1)]), null);
  });
});

test('a base is due each day, and where there is none of the data files of now', () => {
  assert.equal(isBaseDue([], plan, 0), true);
  const bases = files.filter(({ part }) => part === 'base');
  assert.equal(isBaseDue(bases, plan, 50 * minute), false);
  assert.equal(isBaseDue(bases, plan, 38 * minute + day), true);
  assert.equal(isBaseDue(bases, { ...plan, since: 39 * minute }, 50 * minute), true);
});

test('what is older than the base that the oldest kept moment needs goes', () => {
  assert.deepEqual(ats(outdatedFiles(files, plan, 10 * minute)), []);
  assert.deepEqual(ats(outdatedFiles(files, plan, 10 * minute + 7 * day)), [1]);
  assert.deepEqual(ats(outdatedFiles(files, plan, 40 * minute + 7 * day)), [1, 9, 10, 20, 21, 30]);
  assert.deepEqual(ats(outdatedFiles(files, plan, 400 * day)), [1, 9, 10, 20, 21, 30]);
});
