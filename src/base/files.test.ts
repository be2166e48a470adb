import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writeAllAtomic, writeAtomic } from './files.ts';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('A file is replaced as a whole, with its mode whatever the umask, and nothing is left beside it.', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'a');
  writeFileSync(path, 'before');
  const umask = process.umask(0o077);
  await writeAtomic(path, 'after', { mode: 0o644 }).finally(() => process.umask(umask));
  assert.equal(readFileSync(path, 'utf8'), 'after');
  assert.equal(statSync(path).mode & 0o777, 0o644);
  assert.deepEqual(readdirSync(folder), ['a']);
});

test('Of several files none is replaced where one cannot be written.', async (t) => {
  const folder = folderOf(t);
  const path = join(folder, 'a');
  writeFileSync(path, 'before');
  const files = new Map([
    [path, 'after'],
    [join(folder, 'missing/b'), 'after'],
  ]);
  await assert.rejects(writeAllAtomic(files), { code: 'ENOENT' });
  assert.equal(readFileSync(path, 'utf8'), 'before');
  assert.deepEqual(readdirSync(folder), ['a']);
});
