import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec, run } from '../../../base/exec.ts';
import { nodeEntrypoint } from './node.ts';

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-entrypoint-'));
  for (const name of ['node', 'npm']) {
    await writeFile(join(folder, name), `#!/bin/sh\nprintf '%s' '${name}'\nprintf ' [%s]' "$@"\n`);
    await chmod(join(folder, name), 0o755);
  }
  await writeFile(join(folder, 'entrypoint'), nodeEntrypoint);
  await writeFile(join(folder, 'server.js'), '');
  await writeFile(join(folder, 'start.sh'), '#!/bin/sh\nprintf own\n');
  await chmod(join(folder, 'start.sh'), 0o755);
});

after(() => rm(folder, { recursive: true, force: true }));

async function entrypoint(...words: string[]): Promise<string> {
  const { stdout } = await exec('/bin/sh', ['entrypoint', ...words], { cwd: folder, env: { PATH: folder } });
  return stdout;
}

test('A command is run as it stands.', async () => {
  assert.equal(await entrypoint('npm', 'run', 'start it'), 'npm [run] [start it]');
  assert.equal(await entrypoint('node', '-v'), 'node [-v]');
  assert.equal(await entrypoint('./start.sh'), 'own');
});

test('A flag is for node.', async () => {
  assert.equal(await entrypoint('-v'), 'node [-v]');
  assert.equal(await entrypoint('--eval', 'a "b" $c'), 'node [--eval] [a "b" $c]');
});

test('What is no command, or a file that cannot be run, is a script for node.', async () => {
  assert.equal(await entrypoint('server.js', 'x'), 'node [server.js] [x]');
  assert.equal(await entrypoint('./server.js'), 'node [./server.js]');
  assert.equal(await entrypoint('nowhere'), 'node [nowhere]');
});

test('The program takes the place of the shell, so that it gets the signals.', async () => {
  const result = await run('/bin/sh', ['entrypoint', '/bin/sh', '-c', 'kill -TERM $$'], { cwd: folder });
  assert.equal(result.signal, 'SIGTERM');
});
