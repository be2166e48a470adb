import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMemory } from './memory-info.ts';

test('memory is read in bytes, and a missing row is none', () => {
  const text = 'MemTotal:        2000 kB\nMemFree:          10 kB\nMemAvailable:    1000 kB\n';
  assert.deepEqual(parseMemory(text), { total: 2_048_000, available: 1_024_000, swap: 0 });
});
