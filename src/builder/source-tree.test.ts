import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, utimesSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack, type Header } from 'tar-stream';
import { Failure } from '../base/failure.ts';
import { contextTar } from './context-tar.ts';
import { unpackTar, type UnpackOptions } from './source-tree.ts';

const root = mkdtempSync(join(tmpdir(), 'slipway-source-'));
after(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
const newPlace = () => join(root, `case${(count += 1)}`, 'tree');

type Entry = Partial<Header> & { name: string; body?: string };

async function tarOf(...entries: Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { body, ...header } of entries) tar.entry(header, body ?? '');
  tar.finalize();
  return buffer(Readable.from(tar));
}

async function unpack(bytes: Buffer, options: UnpackOptions = {}) {
  const folder = newPlace();
  mkdirSync(join(folder, '..'));
  const { commit } = await unpackTar(Readable.from([bytes], { objectMode: false }), folder, options);
  return { folder, commit };
}

const refused = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

/** Everything below a folder: path -> content, `-> target` or `/`. */
function listing(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const status = lstatSync(join(folder, path));
    if (status.isDirectory()) Object.assign(found, { [path]: '/' }, listing(folder, path));
    else found[path] = status.isSymbolicLink() ? `-> ${readlinkSync(join(folder, path))}` : readFileSync(join(folder, path), 'utf8');
  }
  return found;
}

const git = (cwd: string, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync('git', words, { cwd, env: { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' } });
  assert.equal(status, 0, String(stderr));
  return stdout;
};

test('What git archive makes is unpacked, with its commit, also where a name is long or not of ASCII.', async () => {
  const repo = mkdtempSync(join(root, 'repo-'));
  const long = `${'long-'.repeat(30)}/${'name-'.repeat(30)}.txt`;
  mkdirSync(join(repo, 'long-'.repeat(30)));
  mkdirSync(join(repo, 'bin'));
  for (const [name, text] of [['ä €.txt', 'one'], [long, 'two'], ['bin/run', '#!/bin/sh'], ['empty', ''], ['large', 'x'.repeat(300_000)]] as const) {
    writeFileSync(join(repo, name), text);
  }
  chmodSync(join(repo, 'bin/run'), 0o755);
  symlinkSync('bin/run', join(repo, 'start'));
  git(repo, 'init', '-q');
  git(repo, 'add', '.');
  git(repo, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x');
  const { folder, commit } = await unpack(git(repo, 'archive', 'HEAD'));
  assert.equal(commit, String(git(repo, 'rev-parse', 'HEAD')).trim());
  rmSync(join(repo, '.git'), { recursive: true });
  assert.deepEqual(listing(folder), listing(repo));
  assert.equal(lstatSync(join(folder, 'bin/run')).mode & 0o7777, 0o755);
  assert.equal(lstatSync(join(folder, 'empty')).mode & 0o7777, 0o644);
});

test('A tar that is cut anywhere is refused.', async () => {
  const whole = await tarOf({ name: 'a', body: 'x'.repeat(700) }, { name: 'b', body: 'y' });
  const paxOnly = (await tarOf({ name: 'n'.repeat(120), body: 'x' })).subarray(0, 1024);
  const cuts = [0, 100, 512, 900, 512 * 3, 512 * 3 + 100, 512 * 5, 512 * 6];
  for (const bytes of [...cuts.map((at) => whole.subarray(0, at)), paxOnly]) {
    await assert.rejects(unpack(bytes), refused('E_SOURCE'), `cut at ${bytes.length}`);
  }
  assert.deepEqual(listing((await unpack(whole)).folder), { a: 'x'.repeat(700), b: 'y' });
});

test('A cut is seen even where the last file ends in zeros.', async () => {
  const tar = await tarOf({ name: 'zeros', body: '\0'.repeat(4096) }, { name: 'b', body: 'lost' });
  await assert.rejects(unpack(tar.subarray(0, 512 + 4096)), refused('E_SOURCE'));
});

test('What is no tar is refused.', async () => {
  await assert.rejects(unpack(Buffer.from('hello '.repeat(1000))), refused('E_SOURCE'));
  await assert.rejects(unpack(Buffer.from('hello'), { gzip: true }), refused('E_SOURCE'));
});

test('A gzipped tar is unpacked; a cut one and one that grows too large are refused.', async () => {
  const limits = { bytes: 100_000, entries: 10, path: 100 };
  const zipped = gzipSync(await tarOf({ name: 'a', body: 'one' }));
  assert.deepEqual(listing((await unpack(zipped, { gzip: true })).folder), { a: 'one' });
  await assert.rejects(unpack(zipped.subarray(0, -10), { gzip: true }), refused('E_SOURCE'));
  const bomb = gzipSync(await tarOf({ name: 'a', body: '\0'.repeat(1_000_000) }));
  await assert.rejects(unpack(bomb, { gzip: true, limits }), refused('E_SOURCE_TOO_LARGE'));
  const zeros = gzipSync(Buffer.alloc(10_000_000));
  await assert.rejects(unpack(zeros, { gzip: true, limits }), refused('E_SOURCE_TOO_LARGE'));
});

test('Special permissions are dropped, devices and pipes refused.', async () => {
  const { folder } = await unpack(await tarOf({ name: 'a', mode: 0o4755, body: 'x' }, { name: 'b', mode: 0o666, body: 'x' }));
  assert.deepEqual(['a', 'b'].map((name) => lstatSync(join(folder, name)).mode & 0o7777), [0o755, 0o644]);
  for (const type of ['character-device', 'block-device', 'fifo'] as const) {
    await assert.rejects(unpack(await tarOf({ name: 'a', type })), refused('E_SOURCE'), type);
  }
});

test('Hard links become copies, a later file takes the place of a link and not of its target.', async () => {
  const { folder } = await unpack(
    await tarOf({ name: 'a', body: 'one' }, { name: 'b', type: 'link', linkname: 'a' }, { name: 'c', type: 'symlink', linkname: 'a' }, { name: 'c', body: 'new' }, { name: 'b', body: 'two' }),
  );
  assert.deepEqual(listing(folder), { a: 'one', b: 'two', c: 'new' });
});

test('A single folder at the top is taken off when asked, and only then.', async () => {
  const tar = await tarOf({ name: 'top/', type: 'directory' }, { name: 'top/top', body: 'x' }, { name: 'top/b/c', body: 'y' });
  assert.deepEqual(listing((await unpack(tar, { stripSingleFolder: true })).folder), { b: '/', 'b/c': 'y', top: 'x' });
  assert.deepEqual(Object.keys(listing((await unpack(tar)).folder)), ['top', 'top/b', 'top/b/c', 'top/top']);
  const two = await tarOf({ name: 'top/a', body: 'x' }, { name: 'b', body: 'y' });
  assert.deepEqual(Object.keys(listing((await unpack(two, { stripSingleFolder: true })).folder)), ['b', 'top', 'top/a']);
});

test('No archive, however hostile its names, writes outside its folder.', async () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'b', 'ä', 'sentinel', '/', 'x\ny', 'tree', ' ');
  const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const entry = fc.record({
    name: name.map((text) => text || 'x'),
    type: fc.constantFrom('file', 'directory', 'symlink', 'link', 'file'),
    linkname: name,
    body: fc.constantFrom('', 'evil'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 8 }), fc.boolean(), async (entries, stripSingleFolder) => {
      const folder = newPlace();
      const around = join(folder, '..');
      mkdirSync(around);
      writeFileSync(join(around, 'sentinel'), 'good');
      const tar = await tarOf(...entries.map(({ body, ...rest }) => ({ ...rest, ...(rest.type === 'file' ? { body } : {}) }) as Entry));
      await unpackTar(Readable.from([tar], { objectMode: false }), folder, { stripSingleFolder }).catch((error: unknown) => {
        if (!(error instanceof Failure)) throw error;
      });
      assert.deepEqual(readdirSync(around).sort(), ['sentinel', 'tree']);
      assert.equal(readFileSync(join(around, 'sentinel'), 'utf8'), 'good');
      rmSync(around, { recursive: true });
    }),
    { numRuns: 300 },
  );
  assert.deepEqual(readdirSync(root).filter((found) => !/^(case\d+|repo-.*)$/.test(found)), []);
});

const dockerfile = { path: 'Dockerfile', text: 'FROM a' };

async function context(files: Record<string, string>, what = dockerfile): Promise<string[]> {
  const tree = treeOf(files);
  const { folder } = await unpack(await buffer(await contextTar(tree, what)));
  return Object.entries(listing(folder)).filter(([, content]) => content !== '/').map(([path]) => path);
}

function treeOf(files: Record<string, string>): string {
  const tree = newPlace();
  mkdirSync(tree, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(tree, path, '..'), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  return tree;
}

test('An equal tree gives an equal context, whatever its times, owners and order of making.', async () => {
  const files = { 'b/c': '1', a: '2', [`${'deep-'.repeat(25)}/x`]: '3', big: 'x'.repeat(600_000) };
  const [one, two] = [treeOf(files), treeOf(Object.fromEntries(Object.entries(files).toReversed()))];
  utimesSync(join(two, 'a'), 5, 5);
  chmodSync(join(two, 'a'), 0o600);
  const bytes = await Promise.all([one, two].map(async (tree) => buffer(await contextTar(tree, dockerfile))));
  assert.ok(bytes[0] && bytes[1]?.equals(bytes[0]));
  chmodSync(join(two, 'a'), 0o700);
  assert.ok(!bytes[0].equals(await buffer(await contextTar(two, dockerfile))));
});

test('The first header of a context is no pax header, even where the Dockerfile has a long name.', async () => {
  const path = `${'ä'.repeat(90)}/Dockerfile`;
  const bytes = await buffer(await contextTar(treeOf({ [path]: '', a: '' }), { path, text: 'FROM a' }));
  assert.equal(bytes[156], '5'.charCodeAt(0));
});

test('.dockerignore leaves files out, but never the Dockerfile.', async () => {
  const files = { Dockerfile: 'x', '.env': 'x', 'a/b.log': 'x', 'a/keep.log': 'x', 'node_modules/x/y': 'x', 'src/node_modules/z': 'x', README: 'x' };
  const ignore = (...lines: string[]) => context({ ...files, '.dockerignore': lines.join('\n') });
  const all = ['.dockerignore', '.env', 'Dockerfile', 'README', 'a/b.log', 'a/keep.log', 'node_modules/x/y', 'src/node_modules/z'];
  assert.deepEqual(await ignore('# nothing', '', '  '), all);
  assert.deepEqual(await ignore('node_modules', '.env', '*.log'), ['.dockerignore', 'Dockerfile', 'README', 'a/b.log', 'a/keep.log', 'src/node_modules/z']);
  assert.deepEqual(await ignore('**/node_modules', '**/*.log', '!a/keep.log'), ['.dockerignore', '.env', 'Dockerfile', 'README', 'a/keep.log']);
  assert.deepEqual(await ignore('*', '!src'), ['Dockerfile', 'src/node_modules/z']);
  assert.deepEqual(await ignore('a/', '/README', 'readme', 'Dockerfile*', '.dockerignore'), ['.env', 'Dockerfile', 'node_modules/x/y', 'src/node_modules/z']);
});

test('The ignore file of a Dockerfile comes before that of the folder.', async () => {
  const files = { 'ops/prod.Dockerfile': 'x', 'ops/prod.Dockerfile.dockerignore': 'ops\na', '.dockerignore': 'b', a: 'x', b: 'x' };
  assert.deepEqual(await context(files, { path: 'ops/prod.Dockerfile', text: 'FROM a' }), ['.dockerignore', 'b', 'ops/prod.Dockerfile']);
});

test('Brackets in ignore patterns mean themselves, and a broken pattern is named.', async () => {
  assert.deepEqual(await context({ '.dockerignore': 'app/(group)\na+b\n[xy]z', 'app/(group)/p': '', 'a+b': '', aab: '', xz: '', z: '' }), ['.dockerignore', 'Dockerfile', 'aab', 'z']);
  await assert.rejects(context({ '.dockerignore': '[a' }), refused('E_SOURCE'));
});

test('Symlinks stay links, and a Dockerfile that is one is sent as the file that it leads to.', async () => {
  const tree = treeOf({ 'real/Dockerfile': 'FROM a' });
  symlinkSync('real/Dockerfile', join(tree, 'Dockerfile'));
  symlinkSync('real', join(tree, 'other'));
  const { folder } = await unpack(await buffer(await contextTar(tree, dockerfile)));
  assert.deepEqual(listing(folder), { Dockerfile: 'FROM a', other: '-> real', real: '/', 'real/Dockerfile': 'FROM a' });
});
