import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { listTree, makeTree } from '../../test/machine/file-tree.ts';
import { Failure } from '../base/failure.ts';
import { contextTar, type ContextDockerfile } from './context-tar.ts';
import { unpackArchive } from './source-tree.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-context-'));
after(() => rmSync(root, { recursive: true, force: true }));

const newTree = (files: Record<string, string>) => makeTree(mkdtempSync(join(root, 'tree-')), files);
const refused = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

/** What a build finds in its context. */
async function unpackedContext(tree: string, dockerfile: ContextDockerfile): Promise<Record<string, string>> {
  const folder = join(mkdtempSync(join(root, 'unpacked-')), 'tree');
  const bytes = await buffer(await contextTar(tree, { dockerfile }));
  await unpackArchive(Readable.from([bytes], { objectMode: false }), folder, { type: 'tar' });
  return listTree(folder);
}

const dockerfile = { path: 'Dockerfile', text: 'FROM a' };

/** The files of the context of a tree, without its folders. */
async function context(files: Record<string, string>, what = dockerfile): Promise<string[]> {
  const found = await unpackedContext(newTree(files), what);
  return Object.keys(found).filter((path) => found[path] !== '/');
}

test('An equal tree gives an equal context, whatever its times, owners and order of making.', async () => {
  const files = { 'b/c': '1', a: '2', [`${'deep-'.repeat(25)}/x`]: '3', big: 'x'.repeat(600_000) };
  const [one, two] = [newTree(files), newTree(Object.fromEntries(Object.entries(files).toReversed()))];
  utimesSync(join(two, 'a'), 5, 5);
  chmodSync(join(two, 'a'), 0o600);
  const bytes = await Promise.all(
    [one, two].map(async (tree) => buffer(await contextTar(tree, { dockerfile }))),
  );
  assert.ok(bytes[0] && bytes[1]?.equals(bytes[0]));
  chmodSync(join(two, 'a'), 0o700);
  assert.ok(!bytes[0].equals(await buffer(await contextTar(two, { dockerfile }))));
});

test('The first header of a context is no pax header, even where the Dockerfile has a long name.', async () => {
  const path = `${'ä'.repeat(90)}/Dockerfile`;
  const bytes = await buffer(
    await contextTar(newTree({ [path]: '', a: '' }), { dockerfile: { path, text: 'FROM a' } }),
  );
  assert.equal(bytes[156], '5'.charCodeAt(0));
});

test('.dockerignore leaves files out, but never the Dockerfile.', async () => {
  const files = {
    Dockerfile: 'x',
    '.env': 'x',
    'a/b.log': 'x',
    'a/keep.log': 'x',
    'node_modules/x/y': 'x',
    'src/node_modules/z': 'x',
    README: 'x',
  };
  const ignore = (...lines: string[]) => context({ ...files, '.dockerignore': lines.join('\n') });
  const all = [
    '.dockerignore',
    '.env',
    'Dockerfile',
    'README',
    'a/b.log',
    'a/keep.log',
    'node_modules/x/y',
    'src/node_modules/z',
  ];
  assert.deepEqual(await ignore('# nothing', '', '  '), all);
  assert.deepEqual(await ignore('node_modules', '.env', '*.log'), [
    '.dockerignore',
    'Dockerfile',
    'README',
    'a/b.log',
    'a/keep.log',
    'src/node_modules/z',
  ]);
  assert.deepEqual(await ignore('**/node_modules', '**/*.log', '!a/keep.log'), [
    '.dockerignore',
    '.env',
    'Dockerfile',
    'README',
    'a/keep.log',
  ]);
  assert.deepEqual(await ignore('*', '!src'), ['Dockerfile', 'src/node_modules/z']);
  assert.deepEqual(await ignore('a/', '/README', 'readme', 'Dockerfile*', '.dockerignore'), [
    '.env',
    'Dockerfile',
    'node_modules/x/y',
    'src/node_modules/z',
  ]);
});

test('The ignore file of a Dockerfile comes before that of the folder.', async () => {
  const files = {
    'ops/prod.Dockerfile': 'x',
    'ops/prod.Dockerfile.dockerignore': 'ops\na',
    '.dockerignore': 'b',
    a: 'x',
    b: 'x',
  };
  assert.deepEqual(await context(files, { path: 'ops/prod.Dockerfile', text: 'FROM a' }), [
    '.dockerignore',
    'b',
    'ops/prod.Dockerfile',
  ]);
});

test('Brackets in ignore patterns mean themselves, and a broken pattern is named.', async () => {
  assert.deepEqual(
    await context({
      '.dockerignore': 'app/(group)\na+b\n[xy]z',
      'app/(group)/p': '',
      'a+b': '',
      aab: '',
      xz: '',
      z: '',
    }),
    ['.dockerignore', 'Dockerfile', 'aab', 'z'],
  );
  await assert.rejects(context({ '.dockerignore': '[a' }), refused('E_SOURCE'));
});

test('An ignore file that is a folder, or endless, is refused.', async () => {
  await assert.rejects(context({ '.dockerignore/a': '' }), refused('E_SOURCE'));
  await assert.rejects(context({ '.dockerignore': 'a\n'.repeat(40_000) }), refused('E_SOURCE'));
});

test('Symlinks stay links, and a Dockerfile that is one is sent as the file that it leads to.', async () => {
  const tree = newTree({ 'real/Dockerfile': 'FROM a' });
  symlinkSync('real/Dockerfile', join(tree, 'Dockerfile'));
  symlinkSync('real', join(tree, 'other'));
  assert.deepEqual(await unpackedContext(tree, dockerfile), {
    Dockerfile: 'FROM a',
    other: '-> real',
    real: '/',
    'real/Dockerfile': 'FROM a',
  });
});
