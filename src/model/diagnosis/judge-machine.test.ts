import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Disk } from '../disk-use.ts';
import { judgeClock, judgeDisks, judgeMemory } from './judge-machine.ts';

const disk: Disk = {
  folders: ['/srv', '/var/lib/docker'],
  device: 1,
  bytes: 100e9,
  usedBytes: 50e9,
  freeBytes: 50e9,
  inodes: 1000,
  freeInodes: 500,
};

function diskStates(change: Partial<Disk>): string {
  return judgeDisks([{ ...disk, ...change }], () => 5e9)
    .map(({ state }) => state)
    .join(' ');
}

test('a disk is tight below 15 %, and full where it has less than a deploy needs', () => {
  assert.equal(diskStates({}), 'ok');
  assert.equal(diskStates({ freeBytes: 14e9 }), 'warning');
  assert.equal(diskStates({ freeBytes: 4.9e9 }), 'broken');
});

test('inodes are told only where they are short, and where the file system counts them', () => {
  assert.equal(diskStates({ freeInodes: 100 }), 'ok warning');
  assert.equal(diskStates({ freeInodes: 10 }), 'ok broken');
  assert.equal(diskStates({ inodes: 0, freeInodes: 0 }), 'ok');
});

test('a disk is told by the folders on it', () => {
  const [finding] = judgeDisks([disk], () => 5e9);
  assert.equal(finding?.text, '/srv, /var/lib/docker: 50.0 GB of 100.0 GB free (50 %)');
});

test('little memory is a warning, and so is a small machine without swap', () => {
  const states = (total: number, available: number, swap: number) =>
    judgeMemory({ total, available, swap }).map(({ state }) => state);
  assert.deepEqual(states(4e9, 2e9, 0), ['ok']);
  assert.deepEqual(states(4e9, 100e6, 0), ['warning']);
  assert.deepEqual(states(1e9, 500e6, 0), ['ok', 'warning']);
  assert.deepEqual(states(1e9, 500e6, 2e9), ['ok']);
});

test('a clock before this program was made is wrong, one that is not synchronized may become so', () => {
  const state = (year: number, synchronized: boolean | null) =>
    judgeClock(Date.UTC(year, 5), synchronized)[0]?.state;
  assert.equal(state(1970, true), 'broken');
  assert.equal(state(2026, true), 'ok');
  assert.equal(state(2026, null), 'ok');
  assert.equal(state(2026, false), 'warning');
});
