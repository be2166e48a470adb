import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { linesFromEnd } from './lines-from-end.ts';

async function linesOf(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of linesFromEnd(path)) lines.push(line);
  return lines;
}

describe('lines from the end of a file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-lines-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const long = 'é'.repeat(100_000);
  const many = Array.from({ length: 30_000 }, (_, at) => `line ${at} ü`);
  const cases: Readonly<Record<string, readonly string[]>> = {
    'no line': [],
    'one line': ['one'],
    'lines of several chunks': many,
    'lines that are longer than a chunk': ['a', long, 'b', long],
  };
  for (const [what, lines] of Object.entries(cases)) {
    it(`${what}`, async () => {
      const path = join(folder, 'file');
      await writeFile(path, lines.map((line) => `${line}\n`).join(''));
      assert.deepEqual(await linesOf(path), lines.toReversed());
    });
  }

  it('a last line that was cut is a line', async () => {
    const path = join(folder, 'cut');
    await writeFile(path, 'one\ntw');
    assert.deepEqual(await linesOf(path), ['tw', 'one']);
  });
});
