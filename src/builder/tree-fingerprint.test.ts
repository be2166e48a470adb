import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTree } from '../../test/machine/file-tree.ts';
import { treeFingerprint } from './tree-fingerprint.ts';

const files = {
  'api/a.js': 'a',
  'api/docs/x.md': 'x',
  'shared/s.proto': 's',
  'web/w.js': 'w',
  'README.md': 'r',
};

test('The fingerprint tells what the patterns name, and nothing else of the tree.', async (context) => {
  const folders = mkdtempSync(join(tmpdir(), 'slipway-watched-'));
  context.after(() => rmSync(folders, { recursive: true, force: true }));
  const made = (change: Record<string, string> = {}, act = (_tree: string) => {}) => {
    const tree = makeTree(mkdtempSync(join(folders, 'tree-')), { ...files, ...change });
    act(tree);
    return tree;
  };
  const patterns = ['api', '!api/docs', 'shared/', '**/*.proto'];
  const of = (tree: string) => treeFingerprint(tree, patterns);
  const before = await of(made());
  const same = [
    made({ 'web/w.js': 'other', 'README.md': 'other', 'new.txt': '', 'api/docs/x.md': 'other' }),
    made({}, (tree) => utimesSync(join(tree, 'api/a.js'), 1000, 1000)),
  ];
  for (const tree of same) assert.equal(await of(tree), before);
  const others = [
    made({ 'api/a.js': 'b' }),
    made({ 'api/b.js': '' }),
    made({ 'web/deep/new.proto': '' }),
    made({}, (tree) => rmSync(join(tree, 'shared'), { recursive: true })),
    made({}, (tree) => chmodSync(join(tree, 'api/a.js'), 0o755)),
    made({}, (tree) => symlinkSync('a.js', join(tree, 'api/link'))),
    made({}, (tree) => symlinkSync('b.js', join(tree, 'api/link'))),
  ];
  const found = new Set([before, ...(await Promise.all(others.map(of)))]);
  assert.equal(found.size, others.length + 1);
  assert.equal(
    await treeFingerprint(made(), ['nothing']),
    await treeFingerprint(made({ 'api/a.js': 'c' }), ['nothing']),
  );
});
