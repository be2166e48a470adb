import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { momentOf } from '../model/log-filter.ts';
import type { LogLine } from '../model/log-line.ts';
import type { RunningProcess } from '../model/process.ts';
import { AppLogs, type KeptQuery } from './app-logs.ts';
import { parseFileName, processFileName } from './kept-file.ts';

let folder: string;
let logs: AppLogs;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-app-logs-'));
  logs = new AppLogs(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const app = 7;
const roomy = 1_000_000;
const at = (second: number) => momentOf(Date.UTC(2026, 0, 1) + second * 1000);
const line = (second: number, text: string): LogLine => ({ time: at(second), process: 'web.1', text });

interface Ended {
  readonly id?: string;
  readonly type?: string;
  readonly deploy?: number;
  readonly lines: readonly LogLine[];
}

async function keep({ id = 'aaaaaaaaaaaaaaaa', type = 'web', deploy = 1, lines }: Ended, most = roomy) {
  const process = { id, type, index: 1, deploy } as RunningProcess;
  await logs.keep(app, { process, read: (onLines) => onLines(lines) }, most);
}

async function texts(query: Partial<KeptQuery> = {}): Promise<string> {
  const { lines } = await logs.last(app, { words: [], lines: 100, ...query });
  return lines.map(({ process, text }) => `${process} ${text}`).join(', ');
}

describe('logs of processes that are gone', () => {
  it('are given by time over all processes, the last ones that are wanted', async () => {
    await keep({ lines: [line(1, 'a'), line(4, 'd'), line(5, 'e')] });
    await keep({ id: 'bbbbbbbbbbbbbbbb', type: 'worker', lines: [line(2, 'b'), line(3, 'c')] });
    assert.equal(await texts(), 'web.1 a, worker.1 b, worker.1 c, web.1 d, web.1 e');
    assert.equal(await texts({ lines: 3 }), 'worker.1 c, web.1 d, web.1 e');
    assert.equal(await texts({ lines: 1, words: ['a'] }), 'web.1 a');
    assert.equal(await texts({ type: 'worker', lines: 1 }), 'worker.1 c');
    assert.equal(await texts({ since: at(2), until: at(5) }), 'worker.1 b, worker.1 c, web.1 d');
    assert.equal(await texts({ type: 'router' }), '');
  });

  it('of one deploy are those of the processes that it started', async () => {
    await keep({ lines: [line(1, 'old')] });
    await keep({ id: 'bbbbbbbbbbbbbbbb', deploy: 2, lines: [line(2, 'failed')] });
    assert.equal(await texts({ deploy: 2 }), 'web.1 failed');
  });

  it('that are kept again are there once, the later one', async () => {
    await keep({ lines: [line(1, 'a')] });
    await keep({ lines: [line(1, 'a'), line(2, 'b')] });
    assert.equal(await texts(), 'web.1 a, web.1 b');
    const { ends } = await logs.last(app, { words: [], lines: 1 });
    assert.deepEqual([...ends], [['aaaaaaaaaaaa', at(2)]]);
    assert.equal((await readdir(join(folder, '7'))).length, 1);
  });

  it('are none, and no file, where nothing was printed', async () => {
    await keep({ lines: [] });
    assert.equal(await texts(), '');
    assert.deepEqual(await readdir(folder), []);
  });

  it('go beyond a size, the oldest first', async () => {
    for (const second of [1, 2, 3])
      await keep({ id: String(second).repeat(12), lines: [line(second, 'x'.repeat(70))] }, 250);
    assert.equal(await texts({ words: ['x'] }), `web.1 ${'x'.repeat(70)}, web.1 ${'x'.repeat(70)}`);
    assert.ok((await logs.size(app)) <= 250);
  });

  it('of one that printed more than may be kept are its last lines', async () => {
    await keep({ lines: Array.from({ length: 100 }, (_, second) => line(second, `n${second}`)) }, 120);
    assert.equal(await texts(), 'web.1 n97, web.1 n98, web.1 n99');
  });

  it('that could not be written leave nothing', async () => {
    const process = { id: 'c'.repeat(12), type: 'web', index: 1, deploy: 1 } as RunningProcess;
    const broken = async (onLines: (lines: readonly LogLine[]) => Promise<void>) => {
      await onLines([line(1, 'a')]);
      throw new Error('Docker broke off');
    };
    await assert.rejects(logs.keep(app, { process, read: broken }, roomy), /broke off/);
    assert.deepEqual(await readdir(join(folder, '7')), []);
  });

  it('of apps that are gone go, and what was half written', async () => {
    await keep({ lines: [line(1, 'a')] });
    await writeFile(join(folder, '7', '.half'), 'x');
    await logs.keepOnly(new Set([app]));
    assert.equal((await readdir(join(folder, '7'))).length, 1);
    await logs.keepOnly(new Set());
    assert.deepEqual(await readdir(folder), []);
  });
});

describe('the name of a file', () => {
  it('says what it holds', () => {
    const of = { deploy: 42, id: 'k3jd8s2a' };
    const file = { first: at(1), last: at(2), process: 'my_worker-2.10', of };
    const name = processFileName(file);
    assert.deepEqual(parseFileName(name), { name, ...file });
  });

  it('that is not ours says nothing', () => {
    for (const name of ['', '.k3jd8s2a', 'web.1.log', `${at(1)}~web.1~d1~x.log`])
      assert.equal(parseFileName(name), undefined);
  });
});
