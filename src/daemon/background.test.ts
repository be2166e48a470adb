import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pino } from 'pino';
import { Background } from './background.ts';

function background() {
  const logged: string[] = [];
  return { logged, work: new Background(pino({}, { write: (text: string) => void logged.push(text) })) };
}

describe('Background', () => {
  it('is settled when all work has ended, also work that other work began', async () => {
    const { work, logged } = background();
    const done: string[] = [];
    const { promise, resolve: end } = Promise.withResolvers<void>();
    work.start('first', async () => {
      await promise;
      done.push('first');
      work.start('second', async () => void done.push('second'));
    });
    end();
    await work.settled(10_000);
    assert.deepEqual([done, logged], [['first', 'second'], []]);
  });

  it('logs what failed, by name, and goes on', async () => {
    const { work, logged } = background();
    work.start('retire shop', async () => Promise.reject(new Error('no')));
    await work.settled(10_000);
    assert.match(logged.join(''), /failed: retire shop/);
  });

  it('is not waited for longer than told', async () => {
    const { work } = background();
    work.start('endless', () => new Promise(() => {}));
    await work.settled(1);
  });
});
