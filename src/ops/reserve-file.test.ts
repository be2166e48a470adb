import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ReserveFile } from './reserve-file.ts';

function reserveIn(t: TestContext): { reserve: ReserveFile; path: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-reserve-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'reserve');
  return { reserve: new ReserveFile(path), path, folder };
}

const mebibyte = 1024 ** 2;
/** Large enough for a reserve of 3 MiB. */
const bytes = 192 * mebibyte;

test('it has real blocks, is written once, and only where there is ample room', async (t) => {
  const { reserve, path, folder } = reserveIn(t);
  assert.equal(await reserve.keep({ bytes, freeBytes: 12 * mebibyte - 1 }), false);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(await reserve.keep({ bytes, freeBytes: 12 * mebibyte }), true);
  const { size, blocks, ino } = statSync(path);
  assert.equal(size, 3 * mebibyte);
  assert.ok(blocks * 512 >= size);
  assert.equal(await reserve.keep({ bytes, freeBytes: 0 }), true);
  assert.equal(statSync(path).ino, ino);
  assert.deepEqual(readdirSync(folder), ['reserve']);
});

test('it is given away where the disk is as good as full', async (t) => {
  const { reserve } = reserveIn(t);
  await reserve.keep({ bytes, freeBytes: bytes });
  await reserve.releaseIfFull({ bytes, freeBytes: mebibyte });
  assert.equal(await reserve.size(), 3 * mebibyte);
  await reserve.releaseIfFull({ bytes, freeBytes: mebibyte / 2 });
  assert.equal(await reserve.size(), 0);
});
