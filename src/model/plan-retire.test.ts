import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keptImageTags, staleImageTags } from './plan-retire.ts';
import type { ReleaseRecord, ReleaseState } from './release.ts';

/** A release whose image was made by the deploy of its own number, unless told otherwise. */
function record(number: number, state: ReleaseState = 'passed', deploy = number): ReleaseRecord {
  const image = { id: `sha256:${deploy}`, reference: `d${deploy}`, digest: null, ports: [] };
  const parts = { image, config: {}, processes: {}, formation: {}, domains: [] };
  const settings = { stopTimeout: 30, restartPolicy: 'unless-stopped', revisionVariable: 'GIT_REV' };
  const release = {
    app: 'shop',
    number,
    ...parts,
    revision: null,
    ...settings,
    description: '',
    build: null,
  };
  return { release, state, createdAt: 0, createdBy: 'ann', deploy };
}

/** Releases of these numbers, newest first. */
const range = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, at) => record(from - at));

describe('keptImageTags', () => {
  it('are those of the ten newest releases that passed', () => {
    assert.deepEqual(
      [...keptImageTags(range(12, 1), { current: 12, keep: 10 })],
      ['d12', 'd11', 'd10', 'd9', 'd8', 'd7', 'd6', 'd5', 'd4', 'd3'],
    );
  });

  it('leave out releases that failed, and do not count them', () => {
    const kept = keptImageTags([record(13, 'failed'), ...range(12, 3), record(2, 'failed'), record(1)], {
      current: 12,
      keep: 10,
    });
    assert.equal(kept.size, 10);
    assert.ok(!kept.has('d13') && kept.has('d3') && !kept.has('d1'));
  });

  it('hold the current one and one that a deploy is making, however old', () => {
    const kept = keptImageTags([record(21, 'pending', 2), ...range(20, 1)], { current: 1, keep: 10 });
    assert.ok(kept.has('d1') && kept.has('d2'));
    assert.equal(kept.size, 12);
  });

  it('keep a tag that a kept release shares with one that failed', () => {
    assert.deepEqual(
      [...keptImageTags([record(2, 'failed', 1), record(1)], { current: 1, keep: 1 })],
      ['d1'],
    );
  });
});

describe('staleImageTags', () => {
  it('are those that are not kept, of the releases just behind', () => {
    assert.deepEqual([...staleImageTags(range(12, 1), { current: 12, keep: 10 })], ['d2', 'd1']);
    const many = [...staleImageTags(range(100, 1), { current: 100, keep: 10 })];
    assert.deepEqual([many.length, many[0], many.at(-1)], [20, 'd90', 'd71']);
  });

  it('are also those of failed releases among them', () => {
    assert.deepEqual(
      [...staleImageTags([record(3, 'failed'), record(2, 'failed', 1), record(1)], { current: 1, keep: 10 })],
      ['d3'],
    );
  });

  it('are not what a release of now shares with an old one', () => {
    const records = [record(31, 'passed', 15), ...range(30, 1)];
    assert.ok(!staleImageTags(records, { current: 31, keep: 10 }).has('d15'));
  });
});
