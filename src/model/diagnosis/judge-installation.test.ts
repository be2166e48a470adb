import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCopies, judgeDoor, judgeModes, judgeStore } from './judge-installation.ts';

test('a store is whole, or each problem is told', () => {
  assert.equal(judgeStore([])[0]?.state, 'ok');
  assert.equal(judgeStore(['row 1 missing from index'])[0]?.state, 'broken');
});

test('a store without a copy of yesterday is told', () => {
  const day = 86_400_000;
  assert.equal(judgeCopies(null, day).state, 'warning');
  assert.equal(judgeCopies(0, day).state, 'ok');
  assert.equal(judgeCopies(0, 3 * day + 1).text, 'Its newest copy is 3 days old');
});

test('a mode may be tighter than designed, not looser, and the file must be there', () => {
  const judge = (mode: number | null) => judgeModes([{ path: '/srv/store/key', mode, most: 0o600 }])[0];
  assert.equal(judge(0o600)?.state, 'ok');
  assert.equal(judge(0o400)?.state, 'ok');
  assert.equal(judge(0o640)?.fix, 'chmod 600 /srv/store/key');
  assert.equal(judge(null)?.text, '/srv/store/key is gone');
});

test('sshd must be told of our keys, and they must be those of the store', () => {
  const states = (configured: boolean, current: boolean) =>
    judgeDoor({ keys: 1, configured, current }).map(({ state }) => state);
  assert.deepEqual(states(true, true), ['ok']);
  assert.deepEqual(states(false, true), ['ok', 'warning']);
  assert.deepEqual(states(true, false), ['broken']);
});
