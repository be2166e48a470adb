import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge, formatMilliseconds } from './duration.ts';

test('A duration has as many digits as one wants to know.', () => {
  const cases: [number, string][] = [
    [-5, '0.00 s'],
    [0, '0.00 s'],
    [420, '0.42 s'],
    [994, '0.99 s'],
    [995, '1.0 s'],
    [3120, '3.1 s'],
    [59_949, '59.9 s'],
    [59_950, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_599_400, '59 min 59 s'],
    [3_599_500, '1 h 0 min'],
    [3_780_000, '1 h 3 min'],
  ];
  for (const [milliseconds, text] of cases) assert.equal(formatMilliseconds(milliseconds), text);
});

test('An age has one unit.', () => {
  const second = 1000;
  const day = 86_400 * second;
  const cases: [number, string][] = [
    [-second, 'just now'],
    [999, 'just now'],
    [second, '1 second ago'],
    [59 * second, '59 seconds ago'],
    [180 * second, '3 minutes ago'],
    [3600 * second, '1 hour ago'],
    [2 * day, '2 days ago'],
    [45 * day, '1 month ago'],
    [800 * day, '2 years ago'],
  ];
  for (const [milliseconds, text] of cases) assert.equal(formatAge(milliseconds), text);
});
