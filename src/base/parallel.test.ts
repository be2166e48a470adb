import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as tick } from 'node:timers/promises';
import { mapParallel } from './parallel.ts';

describe('mapParallel', () => {
  it('gives results in the order of the items, and never has more under way than the limit', async () => {
    let now = 0;
    let most = 0;
    const results = await mapParallel([3, 1, 2, 5, 4], 2, async (item) => {
      now += 1;
      most = Math.max(most, now);
      for (let turn = 0; turn < item; turn += 1) await tick();
      now -= 1;
      return item * 10;
    });
    assert.deepEqual(results, [30, 10, 20, 50, 40]);
    assert.equal(most, 2);
  });

  it('begins nothing after a failure, and waits for what is under way', async () => {
    const begun: number[] = [];
    let done = false;
    const work = mapParallel([1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      if (item === 1) throw new Error('first');
      await tick();
      done = true;
    });
    await assert.rejects(work, /first/);
    assert.deepEqual(begun, [1, 2]);
    assert.equal(done, true);
  });

  it('does nothing for no items', async () => {
    assert.deepEqual(await mapParallel([], 4, async () => 1), []);
  });
});
