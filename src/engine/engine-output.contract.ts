import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Line, outTo } from '../model/line.ts';
import type { LogLine, LogQuery, TaskSpec } from './engine.ts';
import { never, specOf, taskOf, type Use } from './engine-under-test.contract.ts';

/** Tasks with what they print, and logs. */
export function outputContract(use: Use): void {
  tasks(use);
  logs(use);
  follow(use);
}

function tasks(use: Use): void {
  const run = async (task: TaskSpec, signal = never) => {
    const lines: Line[] = [];
    const { exitCode } = await use().engine.runTask(task, { out: outTo((line) => lines.push(line)), signal });
    return { exitCode, lines: lines.map((line) => line.text) };
  };

  it('runs a task to its end, gives its lines and exit code, and keeps nothing', async () => {
    assert.deepEqual(await run(taskOf(use(), 'succeeds')), { exitCode: 0, lines: ['one', 'two', 'three'] });
    assert.deepEqual(await run(taskOf(use(), 'exits')), { exitCode: 3, lines: ['no database'] });
    assert.deepEqual(await use().engine.list('shop'), []);
  });

  it('streams the lines of a task while it runs, and kills it on abort', async () => {
    const abort = new AbortController();
    const out = outTo((line) => {
      if (line.text === 'begun') abort.abort(reason);
    });
    const reason = new Error('enough seen');
    await assert.rejects(
      use().engine.runTask(taskOf(use(), 'endless'), { out, signal: abort.signal }),
      reason,
    );
  });

  it('has no tasks left to remove after they ran', async () => {
    await use().engine.removeTasks();
  });
}

const queryOf = (more: Partial<LogQuery> = {}): LogQuery => ({
  app: 'shop',
  lines: 100,
  follow: false,
  ...more,
});

async function read(use: Use, more: Partial<LogQuery> = {}): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  await use().engine.logs(queryOf(more), (line) => lines.push(line), never);
  return lines;
}

/** Reads over and over until so many lines are there: a process needs a moment to print. */
async function readAll(use: Use, count: number): Promise<LogLine[]> {
  for (;;) {
    const lines = await read(use);
    if (lines.length >= count) return lines;
    await sleep(20);
  }
}

function logs(use: Use): void {
  it('gives the last lines of all processes by time, and those of one', async () => {
    const { engine } = use();
    const specs = [specOf(use(), 'talks'), specOf(use(), 'talks', { type: 'worker', port: null })];
    await engine.start(specs, never);
    const all = await readAll(use, 6);
    assert.deepEqual(
      all.map((line) => line.time),
      all.map((line) => line.time).toSorted(),
    );
    const worker = await read(use, { type: 'worker', index: 1 });
    assert.deepEqual(
      worker.map(({ process, text }) => `${process} ${text}`),
      ['worker.1 one', 'worker.1 two', 'worker.1 three'],
    );
    assert.deepEqual(await read(use, { lines: 2 }), all.slice(-2));
    assert.deepEqual(await read(use, { lines: 0 }), []);
    assert.deepEqual(await read(use, { type: 'worker', index: 2 }), []);
  });
}

function follow(use: Use): void {
  it('follows processes, also those that are started later, until it is aborted', {
    timeout: 30_000,
  }, async () => {
    const { engine } = use();
    await engine.start([specOf(use(), 'talks')], never);
    await readAll(use, 3);
    const abort = new AbortController();
    const seen: string[] = [];
    const all = ['web.1 two', 'web.1 three', 'web.2 one', 'web.2 two', 'web.2 three'];
    const onLine = ({ process, text }: LogLine) => {
      seen.push(`${process} ${text}`);
      if (seen.length === all.length) abort.abort();
    };
    const following = engine.logs(queryOf({ lines: 2, follow: true }), onLine, abort.signal);
    await engine.start([specOf(use(), 'talks', { index: 2 })], never);
    await following;
    assert.deepEqual(seen, all);
  });
}
