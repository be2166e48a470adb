import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { makeTree } from '../../test/machine/file-tree.ts';
import { exec, run } from '../base/exec.ts';
import { packFolder } from './pack-folder.ts';

const files = {
  'a.txt': 'a',
  'deep/b c.txt': 'b',
  '-x': '',
  'node_modules/x.js': '',
  '.venv/y': '',
  '.gitignore': '.venv\nnode_modules\n',
};

/** Names of the files in the tar of a folder. */
async function namesIn(folder: string): Promise<string[]> {
  const tar = join(folder, '../packed.tar');
  const content = await buffer(await packFolder(folder));
  const { stdout } = await exec('sh', ['-c', 'cat > "$0" && tar -tf "$0"', tar], {
    stdin: streamOf(content),
  });
  return stdout
    .split('\n')
    .filter((name) => name !== '' && !name.endsWith('/'))
    .toSorted();
}

async function* once(content: Buffer) {
  yield content;
}

const streamOf = (content: Buffer) => Readable.from(once(content));

test('A folder is packed without what is made anew, a checkout without what git ignores and what is deleted.', async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'slipway-pack-'));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const plain = makeTree(join(root, 'plain'), files);
  assert.deepEqual(await namesIn(plain), ['./-x', './.gitignore', './.venv/y', './a.txt', './deep/b c.txt']);
  const checkout = makeTree(join(root, 'checkout'), { ...files, 'gone.txt': '' });
  await exec('git', ['init', '-q'], { cwd: checkout });
  await exec('git', ['add', 'a.txt', 'gone.txt'], { cwd: checkout });
  rmSync(join(checkout, 'gone.txt'));
  assert.deepEqual(await namesIn(checkout), ['./-x', './.gitignore', './a.txt', './deep/b c.txt']);
  assert.notEqual((await run('git', ['-C', plain, 'rev-parse'])).code, 0);
});

test('What is no folder is refused.', async () => {
  await assert.rejects(packFolder('/nonexistent/x'), { code: 'E_INPUT' });
  await assert.rejects(packFolder('/etc/passwd'), { code: 'E_INPUT', message: '/etc/passwd is no folder' });
});
