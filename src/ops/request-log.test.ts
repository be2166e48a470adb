import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { momentOf } from '../model/log-filter.ts';
import type { LogLine } from '../model/log-line.ts';
import { AppLogs } from './app-logs.ts';
import { RequestLog } from './request-log.ts';

let folder: string;
let requests: RequestLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-requests-'));
  requests = new RequestLog(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const app = 7;
const line = (second: number, text: string) => ({
  time: momentOf(Date.UTC(2026, 0, 1) + second * 1000),
  text,
});

async function kept(lines = 100): Promise<readonly string[]> {
  const found = await new AppLogs(folder).last(app, { words: [], lines, type: 'router' });
  return found.lines.map(({ text }) => text);
}

describe('the requests of an app', () => {
  it('are kept as they come, also by the next slipwayd, and followed', async () => {
    const seen: LogLine[] = [];
    const end = requests.follow(app, (one) => seen.push(one));
    requests.add(app, [line(1, 'a'), line(2, 'b')], 1000);
    requests.add(8, [line(1, 'of another app')], 1000);
    end();
    new RequestLog(folder).add(app, [line(3, 'c')], 1000);
    assert.deepEqual(await kept(), ['a', 'b', 'c']);
    assert.deepEqual(await kept(2), ['b', 'c']);
    assert.deepEqual(
      seen.map(({ process, text }) => `${process} ${text}`),
      ['router a', 'router b'],
    );
  });

  it('take no more than they may, the oldest go', async () => {
    const most = 8000;
    for (let second = 0; second < 500; second += 1)
      requests.add(app, [line(second, `n${second} ${'x'.repeat(60)}`)], most);
    const size = await new AppLogs(folder).size(app);
    assert.ok(size <= most + most / 8 && size > most / 2, String(size));
    assert.match((await kept()).at(-1) ?? '', /^n499 /);
  });

  it('that could not be written are counted, and told of', async () => {
    await writeFile(join(folder, '7'), 'no folder');
    requests.add(app, [line(1, 'a'), line(2, 'b')], 1000);
    await rm(join(folder, '7'));
    requests.add(app, [line(3, 'c')], 1000);
    assert.deepEqual(await kept(), ['2 lines dropped: the disk was full', 'c']);
    assert.equal((await readdir(join(folder, '7'))).length, 1);
  });
});
