import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drainedText, noneOpen } from './drain.ts';

const times = { request: 60_000, stream: 60_000, websocket: 30_000 };

test('a drain is told by kind, what ended by itself first', () => {
  const finished = { request: 3, stream: 1, websocket: 0 };
  const closed = { request: 0, stream: 1, websocket: 2 };
  assert.equal(
    drainedText({ milliseconds: 60_120, finished, closed, times }),
    'drained in 1 min 0 s: 3 requests finished, 1 stream finished, 1 stream closed after 1 min 0 s, 2 WebSockets closed after 30.0 s',
  );
});

test('a drain with nothing open says so', () => {
  assert.equal(
    drainedText({ milliseconds: 20, finished: noneOpen, closed: noneOpen, times }),
    'drained in 0.02 s: nothing was open',
  );
});
