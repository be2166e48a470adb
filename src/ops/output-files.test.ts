import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Line, outTo, silent } from '../model/line.ts';
import { OutputFiles } from './output-files.ts';

function logsOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-logs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, logs: new OutputFiles(folder) };
}

describe('OutputFiles', () => {
  it('tell and keep every line of a deploy, readable by root alone', async (t) => {
    const { folder, logs } = logsOf(t);
    const told: Line[] = [];
    const { out, close } = await logs.record(
      7,
      outTo((line) => told.push(line)),
    );
    out.step('Building\nin two lines');
    out.warning('careful: "{}"');
    await close();
    assert.deepEqual(told, [
      { kind: 'step', text: 'Building' },
      { kind: 'step', text: 'in two lines' },
      { kind: 'warning', text: 'careful: "{}"' },
    ]);
    assert.deepEqual(await logs.read(7), told);
    assert.equal(statSync(join(folder, '7.jsonl')).mode & 0o777, 0o600);
  });

  it('lack the line that was being written when slipwayd died', async (t) => {
    const { folder, logs } = logsOf(t);
    const { out, close } = await logs.record(7, silent);
    out.out('whole');
    await close();
    for (const half of ['{"kind":"out","text":"a}', '{"kind":"out"', '{']) {
      appendFileSync(join(folder, '7.jsonl'), `${half}\n`);
      assert.deepEqual(await logs.read(7), [{ kind: 'out', text: 'whole' }]);
    }
  });

  it('are gone when they are removed, and undefined where there never were any', async (t) => {
    const { logs } = logsOf(t);
    const { close } = await logs.record(7, silent);
    await close();
    await logs.remove(7);
    await logs.remove(8);
    assert.equal(await logs.read(7), undefined);
  });

  it('do not fill the disk with a build that prints without end, nor end the deploy for it', async (t) => {
    const { folder, logs } = logsOf(t);
    let lines = 0;
    const { out, close } = await logs.record(
      7,
      outTo(() => {
        lines += 1;
      }),
    );
    const text = 'x'.repeat(1024 * 1024);
    for (let count = 0; count < 25; count += 1) out.out(text);
    await close();
    assert.equal(lines, 25);
    assert.ok(statSync(join(folder, '7.jsonl')).size < 21 * 1024 * 1024);
  });
});
