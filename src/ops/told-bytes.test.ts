import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { outTo } from '../model/line.ts';
import { toldBytes } from './told-bytes.ts';

test('the bytes are the same; what takes long is told every few seconds, what is short is not', async (t) => {
  t.mock.method(performance, 'now', () => (now += 2000));
  let now = 0;
  const lines: string[] = [];
  const out = outTo(({ text }) => lines.push(text));
  const chunks = Array.from({ length: 6 }, () => Buffer.alloc(1024, 'x'));
  const all = await buffer(toldBytes(Readable.from(chunks), { out, done: 'read' }));
  assert.equal(all.length, 6 * 1024);
  assert.deepEqual(lines, ['3 KiB read so far', '6 KiB read so far']);
  assert.equal(
    (await buffer(toldBytes(Readable.from([Buffer.from('a')]), { out, done: 'read' }))).toString(),
    'a',
  );
  assert.equal(lines.length, 2);
});
