import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noneOpen } from '../model/drain.ts';
import { DrainWatch, type OpenSession } from './drain-watch.ts';

const times = { request: 60_000, stream: 60_000, websocket: 30_000 };

function session(id: string, stage: OpenSession['stage']): OpenSession {
  return { pid: 1, id, stage, backend: 'pool1', server: 's1' };
}

function watchAt(start: number) {
  let now = start;
  const watch = new DrainWatch(times, () => now);
  return {
    watch,
    at: (elapsed: number) => {
      now = start + elapsed;
      return watch;
    },
  };
}

const [poll, events, socket] = [
  session('0x1', 'waiting'),
  session('0x2', 'answering'),
  session('0x3', 'tunnel'),
];

test('each kind is cut at the end of its own time, and only then', () => {
  const { at } = watchAt(1000);
  assert.deepEqual(at(0).look([poll, events, socket]), []);
  assert.equal(at(29_999).isLookDue(), false);
  assert.equal(at(30_000).isLookDue(), true);
  assert.deepEqual(at(30_000).look([poll, events, socket]), [socket]);
  assert.equal(at(30_001).isLookDue(), false);
  assert.deepEqual(at(60_000).look([events]), [events]);
  assert.deepEqual(at(60_500).result(), {
    milliseconds: 60_500,
    finished: { ...noneOpen, request: 1 },
    closed: { request: 0, stream: 1, websocket: 1 },
    times,
  });
});

test('what was cut and is still there is cut again, and counted once', () => {
  const { at } = watchAt(0);
  for (const elapsed of [30_000, 60_000, 60_020, 60_040]) {
    assert.equal(at(elapsed).isLookDue(), true);
    assert.deepEqual(at(elapsed).look([socket]), [socket]);
  }
  assert.deepEqual(at(60_060).result().closed, { ...noneOpen, websocket: 1 });
  assert.equal(at(61_000).late(), 1000);
});

test('a request that became a WebSocket has the time of one', () => {
  const { at } = watchAt(0);
  at(0).look([poll]);
  assert.deepEqual(at(30_000).look([{ ...poll, stage: 'tunnel' }]).length, 1);
  assert.deepEqual(at(30_100).result().closed, { ...noneOpen, websocket: 1 });
});

test('two workers may have sessions of the same id', () => {
  const { at } = watchAt(0);
  at(0).look([poll, { ...poll, pid: 2 }]);
  assert.equal(at(10).result().finished.request, 2);
});

test('a pause ends when the next look is due', () => {
  const { at } = watchAt(0);
  at(0).look([]);
  assert.equal(at(100).pause(500), 500);
  assert.equal(at(29_900).pause(500), 100);
  at(60_000).look([]);
  assert.equal(at(60_000).pause(500), 500);
});
