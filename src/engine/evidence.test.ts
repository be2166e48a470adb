import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownAndBefore } from './evidence.ts';

const numbered = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}`);

test('The last 20 lines are shown, and those before them are kept apart.', () => {
  const { lines, before } = shownAndBefore(numbered(23));
  assert.deepEqual(before, numbered(3));
  assert.deepEqual([lines.length, lines[0], lines.at(-1)], [20, 'line 3', 'line 22']);
  assert.deepEqual(shownAndBefore(numbered(2)), { lines: numbered(2), before: [] });
});
