import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../base/exec.ts';
import { completionScript } from './completion-scripts.ts';

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-completion-'));
  // Prints, as candidates, what it was asked for, and one with a meaning for a shell.
  await writeFile(join(folder, 'slipway'), '#!/bin/sh\nprintf "%s\\n" "$@" >"$0.asked"\ncat "$0.answer"\n');
  await chmod(join(folder, 'slipway'), 0o755);
});

after(() => rm(folder, { recursive: true, force: true }));

/** What bash offers for a line with the cursor at its end. */
async function offered(
  line: string,
  answer: readonly string[],
): Promise<{ asked: string[]; replies: string[] }> {
  await writeFile(join(folder, 'slipway.answer'), answer.map((text) => `${text}\n`).join(''));
  const script = `compopt() { :; }\n${completionScript('bash')}
COMP_LINE="$1"; COMP_POINT=\${#COMP_LINE}; _slipway
echo "\${#COMPREPLY[@]}"; printf '%s\\n' "\${COMPREPLY[@]}"; cat "$2"`;
  const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  const { stdout } = await exec('bash', ['-u', '-c', script, 'bash', line, join(folder, 'slipway.asked')], {
    env,
  });
  const [count, ...rest] = stdout.split('\n');
  const replies = rest.slice(0, Number(count));
  return {
    replies,
    asked: rest.slice(Math.max(1, Number(count)), -1).filter((text, at) => at > 0 || text !== ''),
  };
}

test('bash asks for the words so far and offers what follows the last colon', async () => {
  const { asked, replies } = await offered('slipway apps:l', ['apps:list', 'apps:lock']);
  assert.deepEqual(asked, ['__complete', 'apps:l']);
  assert.deepEqual(replies, ['list', 'lock']);
});

test('bash asks with an empty last word after a space', async () => {
  const { asked, replies } = await offered('slipway --quiet logs ', ['shop', 'blog']);
  assert.deepEqual(asked, ['__complete', '--quiet', 'logs', '']);
  assert.deepEqual(replies, ['shop', 'blog']);
});

test('candidates are never evaluated', async () => {
  const hostile = '$(touch pwned)`id` *';
  assert.deepEqual((await offered('slipway logs ', [hostile])).replies, [hostile]);
});

test('no candidate is no reply', async () => {
  assert.deepEqual((await offered('slipway x ', [])).replies, []);
});

test('the script for bash is one that bash can read', async () => {
  await exec('bash', ['-n', '-c', completionScript('bash')]);
});
