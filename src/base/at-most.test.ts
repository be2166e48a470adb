import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atMost } from './at-most.ts';

test('so many run at once, the others in the order they came, also after one that failed', async () => {
  const run = atMost(2);
  const begun: number[] = [];
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const works = gates.map(({ promise }, index) =>
    run(async () => {
      begun.push(index);
      await promise;
      return index;
    }),
  );
  const settled = Promise.allSettled(works);
  assert.deepEqual(begun, [0, 1]);
  gates[1]?.reject(new Error('no'));
  await assert.rejects(works[1] ?? assert.fail());
  assert.deepEqual(begun, [0, 1, 2]);
  for (const gate of gates) gate.resolve();
  const ends = await settled;
  assert.deepEqual(begun, [0, 1, 2, 3, 4]);
  assert.deepEqual(
    ends.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
});
