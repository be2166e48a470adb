import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../base/failure.ts';
import { TreeShape, type Placed } from './tree-shape.ts';

const limits = { bytes: 1000, entries: 20, path: 100 };

function place(...entries: (Partial<Placed> & { path: string })[]) {
  const shape = new TreeShape(limits);
  return entries.map((entry) => shape.place({ kind: 'file', size: 0, target: '', ...entry })).at(-1);
}

const link = (path: string, target: string) => ({ path, kind: 'symlink' as const, target });
const folder = (path: string) => ({ path, kind: 'folder' as const });
const refused = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

test('Folders above a file are made, the highest first.', () => {
  assert.deepEqual(place({ path: './a//b/./c.txt' }), {
    path: 'a/b/c.txt',
    folders: ['a', 'a/b'],
    replaces: false,
    source: undefined,
  });
  assert.deepEqual(place(folder('a/'), { path: 'a/b' })?.folders, []);
  assert.equal(place(folder('./'))?.path, '');
});

test('A path that leaves the tree is refused.', () => {
  for (const path of [
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a/..',
    '..',
    'a\nb',
    'a\0b',
    '',
    '.',
    `${'x'.repeat(256)}/a`,
    'a/'.repeat(60),
  ]) {
    assert.throws(() => place({ path }), refused('E_SOURCE_PATH'), JSON.stringify(path));
  }
  assert.throws(() => place({ path: 'a\uFFFD' }), refused('E_SOURCE'));
});

test('A link that points out of the tree is refused, one that points within is not.', () => {
  for (const target of ['/etc', '../..', '../../x', '', 'b/../../..', './../..', 'x\n']) {
    assert.throws(() => place(link('a/b', target)), refused('E_SOURCE_PATH'), JSON.stringify(target));
  }
  for (const target of ['c', '../c', './c', 'c/d', 'not-there', '.'])
    assert.equal(place(link('a/b', target))?.path, 'a/b');
});

test('A link that would lead out through another link is refused.', () => {
  assert.throws(() => place(link('d/e/x', '../..'), link('y', 'd/e/x/..')), refused('E_SOURCE_PATH'));
});

test('Nothing is placed below a link or a file.', () => {
  assert.throws(() => place(folder('a'), link('b', 'a'), { path: 'b/c' }), refused('E_SOURCE_PATH'));
  assert.throws(() => place({ path: 'b' }, { path: 'b/c/d' }), refused('E_SOURCE_PATH'));
  assert.throws(() => place(link('b', 'a'), folder('b')), refused('E_SOURCE_PATH'));
  assert.throws(() => place({ path: 'b/c' }, link('b', 'a')), refused('E_SOURCE_PATH'));
});

test('A later file replaces an earlier file or link.', () => {
  assert.equal(place({ path: 'a' }, { path: 'a' })?.replaces, true);
  assert.equal(place(link('a', 'b'), { path: 'a' })?.replaces, true);
  assert.equal(place(folder('a'), folder('a'))?.replaces, false);
});

test('A hard link is to an earlier file only, and counts with its size.', () => {
  const hard = (path: string, target: string) => ({ path, kind: 'hardlink' as const, target });
  assert.equal(place({ path: 'a/b', size: 400 }, hard('c', './a/b'))?.source, 'a/b');
  for (const target of ['nothing', '/etc/passwd', 'l']) {
    assert.throws(() => place(link('l', 'x'), hard('c', target)), refused('E_SOURCE_PATH'));
  }
  assert.throws(
    () => place({ path: 'a', size: 400 }, hard('b', 'a'), hard('c', 'b')),
    refused('E_SOURCE_TOO_LARGE'),
  );
});

test('Size and number have limits.', () => {
  assert.throws(
    () => place({ path: 'a', size: 600 }, { path: 'b', size: 600 }),
    refused('E_SOURCE_TOO_LARGE'),
  );
  assert.throws(
    () => place(...Array.from({ length: 21 }, (_, at) => ({ path: `f${at}` }))),
    refused('E_SOURCE_TOO_LARGE'),
  );
});

test('A single folder at the top is found, and links may not point past it.', () => {
  const shape = new TreeShape(limits);
  const add = (entry: Partial<Placed> & { path: string }) =>
    shape.place({ kind: 'file', size: 0, target: '', ...entry });
  add({ path: 'top/a' });
  assert.equal(shape.singleFolder(), 'top');
  add(link('top/in', '../top/a'));
  shape.checkLinksStayIn('top');
  add(link('top/out', '../other'));
  assert.throws(() => shape.checkLinksStayIn('top'), refused('E_SOURCE_PATH'));
  add({ path: 'b' });
  assert.equal(shape.singleFolder(), undefined);
});
