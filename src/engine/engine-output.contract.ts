import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Line, outTo } from '../model/line.ts';
import type { LogLine } from '../model/log-line.ts';
import type { LogQuery, ProcessLine, TaskSpec } from './engine.ts';
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

async function read(use: Use, more: Partial<LogQuery> = {}): Promise<readonly ProcessLine[]> {
  let lines: readonly ProcessLine[] = [];
  const past = (all: readonly ProcessLine[]) => void (lines = all);
  await use().engine.logs(queryOf(more), { past, next: () => assert.fail('nothing is followed') }, never);
  return lines;
}

/** Reads over and over until so many lines are there: a process needs a moment to print. */
async function readAll(use: Use, count: number): Promise<readonly ProcessLine[]> {
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

  it('gives the last lines that are wanted, of those since a time', async () => {
    const [started] = await use().engine.start([specOf(use(), 'talks')], never);
    const all = await readAll(use, 3);
    assert.deepEqual(new Set(all.map(({ id }) => id)), new Set([started?.id]));
    const short = ({ text }: LogLine) => text.length === 3;
    const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);
    assert.deepEqual(texts(await read(use, { passes: short })), ['one', 'two']);
    assert.deepEqual(texts(await read(use, { passes: short, lines: 1 })), ['two']);
    assert.deepEqual(await read(use, { since: all[0]?.time, lines: 2 }), all.slice(-2));
    assert.deepEqual(await read(use, { since: '9999-01-01T00:00:00.000000000Z' }), []);
  });

  it('hands over the whole log of a process that it removes, and keeps one that nobody takes', async () => {
    const { engine } = use();
    const started = await engine.start([specOf(use(), 'talks')], never);
    const all = await readAll(use, 3);
    const refusal = new Error('the disk is full');
    const refuse = () => Promise.reject(refusal);
    await assert.rejects(engine.remove(started, 1, refuse), refusal);
    assert.deepEqual(await read(use), all);
    const kept: LogLine[] = [];
    await engine.remove(started, 1, async (process, readLog) => {
      assert.equal(process.id, started[0]?.id);
      assert.equal((await engine.list('shop')).length, 1);
      await readLog(async (lines) => void kept.push(...lines));
    });
    assert.deepEqual(
      kept.map(({ time, process, text }) => ({ time, process, text })),
      all.map(({ time, process, text }) => ({ time, process, text })),
    );
    assert.deepEqual(await engine.list('shop'), []);
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
    const next = ({ process, text }: LogLine) => {
      seen.push(`${process} ${text}`);
      if (seen.length === all.length) abort.abort();
    };
    const reader = { past: (lines: readonly LogLine[]) => lines.forEach(next), next };
    const following = engine.logs(queryOf({ lines: 2, follow: true }), reader, abort.signal);
    await engine.start([specOf(use(), 'talks', { index: 2 })], never);
    await following;
    assert.deepEqual(seen, all);
  });
}
