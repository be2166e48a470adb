import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExecError } from '../../base/exec.ts';
import { Failure } from '../../base/failure.ts';
import { MmdebstrapMissing } from '../../tools/mmdebstrap.ts';
import { recipeFailure } from './recipe-failure.ts';

function seen(error: unknown): Pick<Failure, 'code' | 'message' | 'hint' | 'detail'> {
  const found = recipeFailure(error, 'node:22-slim');
  assert.ok(found instanceof Failure);
  const { code, message, hint, detail } = found;
  return { code, message, hint, detail };
}

function ended(program: string, stderr: string, cause?: unknown): ExecError {
  return new ExecError(program, { code: 1, signal: null, stdout: '', stderr }, cause);
}

test('A program that is not installed is named, with how to get it.', () => {
  const message = 'node:22-slim cannot be made here: mmdebstrap is not installed';
  const expected = { code: 'E_IMAGE_UNAVAILABLE', message, hint: 'apt-get install mmdebstrap', detail: [] };
  assert.deepEqual(seen(new MmdebstrapMissing()), expected);
  assert.equal(
    seen(ended('npm', '', Object.assign(new Error(), { code: 'ENOENT' }))).hint,
    'apt-get install npm',
  );
});

test('The last lines of a program that failed are shown, without what says nothing.', () => {
  const npm =
    'npm error code ECONNREFUSED\nnpm error\nnpm error     at emit (x.js:1:2)\nnpm error A complete log of this run is in x\n';
  assert.deepEqual(seen(ended('npm', npm)).detail, ['npm error code ECONNREFUSED']);
  const many = Array.from({ length: 40 }, (_, line) => `E: ${line}`).join('\n');
  const { message, detail } = seen(ended('unshare', many));
  assert.equal(message, 'node:22-slim could not be made: mmdebstrap failed');
  assert.deepEqual([detail.length, detail.at(-1)], [15, 'E: 39']);
});

test('A full disk is told apart, and a bug stays what it is.', () => {
  assert.equal(seen(ended('unshare', 'dpkg: error: No space left on device')).code, 'E_DISK_FULL');
  assert.equal(seen(ended('npm', 'npm error code ENOSPC')).code, 'E_DISK_FULL');
  const bug = new Error('a bug');
  assert.equal(recipeFailure(bug, 'x'), bug);
});
