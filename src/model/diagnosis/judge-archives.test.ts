import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArchiveFile } from '../archive.ts';
import { type ArchiveFact, judgeArchives } from './judge-archives.ts';

const day = 24 * 60 * 60 * 1000;
const base: ArchiveFile = {
  id: 1,
  part: 'base',
  object: 'o',
  place: 'local',
  bytes: 1,
  image: null,
  since: 0,
  startedAt: 0,
  at: 0,
};
const fact: ArchiveFact = {
  service: { kind: 'postgres', name: 'db' },
  stalled: [],
  files: [base],
  provenAt: 1,
};

const judged = (facts: readonly ArchiveFact[], now = day) =>
  judgeArchives(facts, now).map(({ state, text }) => `${state} ${text}`);

test('nothing is said where nothing is kept, and that all is well where it is', () => {
  assert.deepEqual(judged([]), []);
  assert.deepEqual(judged([fact]), ['ok 1 service of which every change is kept']);
});

test('one that is behind is broken, by its own words or for want of a base', () => {
  assert.deepEqual(judged([{ ...fact, stalled: ['3 pieces wait'] }]), ['broken postgres:db: 3 pieces wait']);
  assert.match(judged([fact], 3 * day)[0] ?? '', /^broken postgres:db: no base of its files/);
  const without = judged([{ ...fact, files: [], provenAt: 3 * day }], 3 * day);
  assert.match(without.join(), /^broken postgres:db: no base of its files[^,]*$/);
  const unproven = judged([{ ...fact, files: [{ ...base, at: 3 * day }], provenAt: null }], 3 * day);
  assert.match(unproven.join(), /^broken postgres:db: what is kept was not restored[^,]*, to see/);
});
