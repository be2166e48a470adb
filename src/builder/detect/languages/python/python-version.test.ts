import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeOf } from './python-version.ts';

test("Python's words for a range become npm's.", () => {
  const ranges = {
    '3.12': '3.12',
    '==3.11.*': '3.11',
    '>=3.9,<4.0': '>=3.9 <4.0',
    '~=3.10': '>=3.10 <4',
    '~=3.10.2': '>=3.10.2 <3.11',
    '>=3.9, !=3.9.7': '>=3.9',
    '^3.9 || ^4.0': '^3.9 || ^4.0',
  };
  for (const [text, range] of Object.entries(ranges)) assert.equal(rangeOf(text), range);
});
