import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { it } from 'node:test';
import { Spool } from './spool.ts';

it('the spool loses what no job needs, and not what a job is just being sent', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-spool-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const spool = new Spool(folder, 100);
  await spool.keep(1, Readable.from(['one']));
  await spool.keep(2, Readable.from(['two']));
  const sent = new PassThrough();
  const kept = spool.keep(3, sent);
  while (!readdirSync(folder).includes('3.part')) await new Promise(setImmediate);
  await spool.keepOnly(() => [2, 3]);
  sent.end('three');
  await kept;
  assert.deepEqual(readdirSync(folder).toSorted(), ['2', '3']);
  assert.equal(await text(spool.open(3)), 'three');
  await assert.rejects(text(spool.open(1)), { code: 'E_CANCELLED' });
});
