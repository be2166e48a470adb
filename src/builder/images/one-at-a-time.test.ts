import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OneAtATime } from './one-at-a-time.ts';

const never = new AbortController().signal;

test('Work of one name runs one after the other, also after a failure; other names do not wait.', async () => {
  const queue = new OneAtATime();
  const order: string[] = [];
  const first = Promise.withResolvers<void>();
  const all = [
    queue.run('a', never, async () => {
      order.push('first begins');
      await first.promise;
      order.push('first ends');
      throw new Error('first fails');
    }),
    queue.run('a', never, async () => void order.push('second')),
    queue.run('a', never, async () => void order.push('third')),
    queue.run('b', never, async () => void order.push('other')),
  ];
  setImmediate(first.resolve);
  const ends = await Promise.allSettled(all);
  assert.deepEqual(
    ends.map((end) => end.status),
    ['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
  assert.deepEqual(order, ['first begins', 'other', 'first ends', 'second', 'third']);
});

test('Who waits can be told to stop; the work in front goes on.', async () => {
  const queue = new OneAtATime();
  const first = Promise.withResolvers<string>();
  const stop = new AbortController();
  const working = queue.run('a', never, () => first.promise);
  const waiting = queue.run('a', stop.signal, async () => 'must not run');
  stop.abort(new Error('stopped'));
  await assert.rejects(waiting, /stopped/);
  first.resolve('done');
  assert.equal(await working, 'done');
});
