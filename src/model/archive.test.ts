import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ArchiveFile,
  type ArchivePlan,
  filesFor,
  firstMoment,
  isBaseDue,
  outdatedFiles,
  whichMoments,
} from './archive.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const plan: ArchivePlan = { place: 'local', keepDays: 7, since: 0, provenAt: null };

/** A base that took two minutes, or a part of the log, that is whole at this time. */
function file(part: ArchiveFile['part'], at: number, since = 0): ArchiveFile {
  const startedAt = part === 'base' ? at - 2 * minute : at;
  return { id: at, part, object: `o${at}`, place: 'local', bytes: 1, image: null, since, startedAt, at };
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

  test('no log of other data files, as there are after an upgrade, and nothing before those are copied', () => {
    const since = 55 * minute;
    const upgraded = { ...plan, since };
    assert.deepEqual(ats(filesFor(files, upgraded, 54 * minute)?.log), [50]);
    assert.equal(filesFor(files, upgraded, 56 * minute), undefined);
    assert.equal(
      whichMoments(files, upgraded, 56 * minute),
      'choose a moment before 1970-01-01T00:55:00.000Z, when it got other data files, or after the data files of now are copied',
    );
    const copied = [...files, file('log', 56 * minute, since), file('base', 60 * minute, since)];
    const all = [...copied, file('log', 61 * minute, since)];
    assert.deepEqual(ats(filesFor(all, upgraded, 62 * minute)?.log), [61]);
    assert.deepEqual(ats(filesFor(all, { ...plan, since: 99 * minute }, 54 * minute)?.log), [50]);
    assert.equal(filesFor(all, { ...plan, since: 99 * minute }, 56 * minute), undefined);
    assert.match(whichMoments(all, upgraded, 56 * minute), /before .*00:55:00.*, or from .*01:00:00.* on/);
  });

  test('nothing before the first base is whole', () => {
    assert.equal(filesFor(files, plan, 9 * minute), undefined);
    assert.match(whichMoments(files, plan, 9 * minute), /^choose a moment from .*00:10:00.* on$/);
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
