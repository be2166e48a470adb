import assert from 'node:assert/strict';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { test } from 'node:test';
import { readKernelLog } from './kernel-log.ts';

test('The messages of the kernel are read to their end, without what stands before them.', async () => {
  const readable = await access('/dev/kmsg', constants.R_OK).then(
    () => true,
    () => false,
  );
  const messages = readKernelLog();
  assert.equal(messages.length > 0, readable);
  assert.ok(messages.every((message) => !/^\d+,\d+,\d+,/.test(message) && !message.includes('\n')));
});
