import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeTree } from '../../../test/machine/file-tree.ts';
import { viewFolder, viewOfTexts } from './source-view.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-view-'));
after(() => rmSync(root, { recursive: true, force: true }));

const files = {
  'package.json': '\uFEFF{}',
  'src/a.js': 'a',
  'node_modules/x/y.js': 'x',
  '.git/HEAD': 'ref',
};
const tree = makeTree(join(root, 'tree'), files);

test('A view knows the paths of all files but those that are made anew, and reads what is asked for.', async () => {
  const view = await viewFolder(tree);
  assert.deepEqual(view.paths, ['package.json', 'src/a.js']);
  assert.ok(view.has('src') && view.has('src/a.js') && view.has('node_modules') && !view.has('lib'));
  assert.equal(view.text('package.json'), '{}');
  assert.equal(view.text('src'), undefined);
  assert.equal(view.text('nothing'), undefined);
  assert.equal(view.text('../tree/src/a.js'), undefined);
});

test('A view of texts answers as one of a folder.', () => {
  const view = viewOfTexts({ 'package.json': '\uFEFF{}', 'src/a.js': 'a' });
  assert.deepEqual(view.paths, ['package.json', 'src/a.js']);
  assert.ok(view.has('src') && !view.has('lib'));
  assert.equal(view.text('package.json'), '{}');
  assert.equal(view.text('toString'), undefined);
});

test('What is no small plain file of the source is refused by name.', async () => {
  const odd = makeTree(join(root, 'odd'), { large: '', 'in/side': 'yes' });
  truncateSync(join(odd, 'large'), 2 ** 31);
  symlinkSync('/etc/passwd', join(odd, 'out'));
  symlinkSync('in/side', join(odd, 'link'));
  symlinkSync('loop', join(odd, 'loop'));
  const view = await viewFolder(odd);
  assert.equal(view.text('link'), 'yes');
  assert.equal(view.text('loop'), undefined);
  for (const [path, message] of [
    ['large', 'large is larger than 1 MiB'],
    ['out', 'out leads out of the source'],
  ] as const)
    assert.throws(() => view.text(path), { code: 'E_BUILD_PLAN', message });
});
