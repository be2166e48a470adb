import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack, type Header } from 'tar-stream';
import { listTree } from '../../test/machine/file-tree.ts';
import { Failure } from '../base/failure.ts';
import { unpackArchive, type UnpackOptions } from './source-tree.ts';

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

async function unpack(bytes: Buffer, options: Partial<UnpackOptions> = {}) {
  const folder = newPlace();
  mkdirSync(join(folder, '..'));
  const { commit } = await unpackArchive(Readable.from([bytes], { objectMode: false }), folder, {
    type: 'tar',
    ...options,
  });
  return { folder, commit };
}

const refused = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

const git = (cwd: string, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync('git', words, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
  });
  assert.equal(status, 0, String(stderr));
  return stdout;
};

/** A repository with one commit: names that are long or not of ASCII, a program, a link, an empty and a large file. */
function repository(): string {
  const repo = mkdtempSync(join(root, 'repo-'));
  const long = `${'long-'.repeat(30)}/${'name-'.repeat(30)}.txt`;
  mkdirSync(join(repo, 'long-'.repeat(30)));
  mkdirSync(join(repo, 'bin'));
  for (const [name, text] of [
    ['ä €.txt', 'one'],
    [long, 'two'],
    ['bin/run', '#!/bin/sh'],
    ['empty', ''],
    ['large', 'x'.repeat(300_000)],
  ] as const) {
    writeFileSync(join(repo, name), text);
  }
  chmodSync(join(repo, 'bin/run'), 0o755);
  symlinkSync('bin/run', join(repo, 'start'));
  git(repo, 'init', '-q');
  git(repo, 'add', '.');
  git(repo, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x');
  return repo;
}

test('What git archive makes is unpacked with its commit, of each type.', async () => {
  const repo = repository();
  const expected = { commit: String(git(repo, 'rev-parse', 'HEAD')).trim(), listing: listTree(repo) };
  for (const path of Object.keys(expected.listing))
    if (path.startsWith('.git')) delete expected.listing[path];
  for (const type of ['tar', 'tar.gz', 'zip'] as const) {
    const { folder, commit } = await unpack(
      git(repo, 'archive', `--format=${type}`, '--prefix=top/', 'HEAD'),
      { type, stripSingleFolder: true },
    );
    assert.deepEqual({ commit, listing: listTree(folder) }, expected, type);
    assert.equal(lstatSync(join(folder, 'bin/run')).mode & 0o7777, 0o755);
    assert.equal(lstatSync(join(folder, 'empty')).mode & 0o7777, 0o644);
    assert.deepEqual(readdirSync(join(folder, '..')), ['tree']);
  }
});

test('A zip with a path that leads out, or that is cut or changed, is refused.', async () => {
  const repo = mkdtempSync(join(root, 'repo-'));
  writeFileSync(join(repo, 'nnnname'), 'some text that is long enough to be packed, packed, packed, packed');
  git(repo, 'init', '-q');
  git(repo, 'add', '.');
  git(repo, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x');
  const zip = git(repo, 'archive', '--format=zip', 'HEAD');
  const renamed = Buffer.from(zip.toString('latin1').replaceAll('nnnname', '../name'), 'latin1');
  await assert.rejects(unpack(renamed, { type: 'zip' }), refused('E_SOURCE_PATH'));
  await assert.rejects(unpack(zip.subarray(0, -30), { type: 'zip' }), refused('E_SOURCE'));
  const changed = Buffer.from(zip);
  changed.fill(0xff, 60, 80);
  await assert.rejects(unpack(changed, { type: 'zip' }), refused('E_SOURCE'));
  await assert.rejects(
    unpack(zip, { type: 'zip', limits: { bytes: 20, entries: 9, path: 99 } }),
    refused('E_SOURCE_TOO_LARGE'),
  );
});

test('A tar that is cut anywhere is refused.', async () => {
  const whole = await tarOf({ name: 'a', body: 'x'.repeat(700) }, { name: 'b', body: 'y' });
  const paxOnly = (await tarOf({ name: 'n'.repeat(120), body: 'x' })).subarray(0, 1024);
  const cuts = [0, 100, 512, 900, 512 * 3, 512 * 3 + 100, 512 * 5, 512 * 6];
  for (const bytes of [...cuts.map((at) => whole.subarray(0, at)), paxOnly]) {
    await assert.rejects(unpack(bytes), refused('E_SOURCE'), `cut at ${bytes.length}`);
  }
  assert.deepEqual(listTree((await unpack(whole)).folder), { a: 'x'.repeat(700), b: 'y' });
});

test('A cut is seen even where the last file ends in zeros.', async () => {
  const tar = await tarOf({ name: 'zeros', body: '\0'.repeat(4096) }, { name: 'b', body: 'lost' });
  await assert.rejects(unpack(tar.subarray(0, 512 + 4096)), refused('E_SOURCE'));
});

test('What is no tar is refused.', async () => {
  await assert.rejects(unpack(Buffer.from('hello '.repeat(1000))), refused('E_SOURCE'));
  await assert.rejects(unpack(Buffer.from('hello'), { type: 'tar.gz' }), refused('E_SOURCE'));
});

test('A gzipped tar is unpacked; a cut one and one that grows too large are refused.', async () => {
  const limits = { bytes: 100_000, entries: 10, path: 100 };
  const zipped = gzipSync(await tarOf({ name: 'a', body: 'one' }));
  assert.deepEqual(listTree((await unpack(zipped, { type: 'tar.gz' })).folder), { a: 'one' });
  await assert.rejects(unpack(zipped.subarray(0, -10), { type: 'tar.gz' }), refused('E_SOURCE'));
  const bomb = gzipSync(await tarOf({ name: 'a', body: '\0'.repeat(1_000_000) }));
  await assert.rejects(unpack(bomb, { type: 'tar.gz', limits }), refused('E_SOURCE_TOO_LARGE'));
  const zeros = gzipSync(Buffer.alloc(10_000_000));
  await assert.rejects(unpack(zeros, { type: 'tar.gz', limits }), refused('E_SOURCE_TOO_LARGE'));
});

test('Special permissions are dropped, devices and pipes refused.', async () => {
  const { folder } = await unpack(
    await tarOf({ name: 'a', mode: 0o4755, body: 'x' }, { name: 'b', mode: 0o666, body: 'x' }),
  );
  assert.deepEqual(
    ['a', 'b'].map((name) => lstatSync(join(folder, name)).mode & 0o7777),
    [0o755, 0o644],
  );
  for (const type of ['character-device', 'block-device', 'fifo'] as const) {
    await assert.rejects(unpack(await tarOf({ name: 'a', type })), refused('E_SOURCE'), type);
  }
});

test('Hard links become copies, a later file takes the place of a link and not of its target.', async () => {
  const { folder } = await unpack(
    await tarOf(
      { name: 'a', body: 'one' },
      { name: 'b', type: 'link', linkname: 'a' },
      { name: 'c', type: 'symlink', linkname: 'a' },
      { name: 'c', body: 'new' },
      { name: 'b', body: 'two' },
    ),
  );
  assert.deepEqual(listTree(folder), { a: 'one', b: 'two', c: 'new' });
});

test('A single folder at the top is taken off when asked, and only then.', async () => {
  const tar = await tarOf(
    { name: 'top/', type: 'directory' },
    { name: 'top/top', body: 'x' },
    { name: 'top/b/c', body: 'y' },
  );
  assert.deepEqual(listTree((await unpack(tar, { stripSingleFolder: true })).folder), {
    b: '/',
    'b/c': 'y',
    top: 'x',
  });
  assert.deepEqual(Object.keys(listTree((await unpack(tar)).folder)), ['top', 'top/b', 'top/b/c', 'top/top']);
  const two = await tarOf({ name: 'top/a', body: 'x' }, { name: 'b', body: 'y' });
  assert.deepEqual(Object.keys(listTree((await unpack(two, { stripSingleFolder: true })).folder)), [
    'b',
    'top',
    'top/a',
  ]);
});

/** Found by the property below. */
const linkToItself = {
  file: { name: 'b/.', type: 'file', linkname: '..', body: '' },
  link: { name: 'b', type: 'link', linkname: 'b//', body: '' },
} as const;

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
    fc.asyncProperty(
      fc.array(entry, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (entries, stripSingleFolder) => {
        const folder = newPlace();
        const around = join(folder, '..');
        mkdirSync(around);
        writeFileSync(join(around, 'sentinel'), 'good');
        const tar = await tarOf(
          ...entries.map(
            ({ body, ...rest }) => ({ ...rest, ...(rest.type === 'file' ? { body } : {}) }) as Entry,
          ),
        );
        await unpackArchive(Readable.from([tar], { objectMode: false }), folder, {
          type: 'tar',
          stripSingleFolder,
        }).catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error;
        });
        assert.deepEqual(readdirSync(around).sort(), ['sentinel', 'tree']);
        assert.equal(readFileSync(join(around, 'sentinel'), 'utf8'), 'good');
        rmSync(around, { recursive: true });
      },
    ),
    { numRuns: 300, examples: [[[linkToItself.file, linkToItself.link], false]] },
  );
  assert.deepEqual(
    readdirSync(root).filter((found) => !/^(case\d+|repo-.*)$/.test(found)),
    [],
  );
});

test('A source that is destroyed, at whatever moment, ends the unpacking.', async () => {
  const bytes = await tarOf(
    ...[1, 2, 3, 4].flatMap((at): Entry[] => [
      { name: `d${at}`, type: 'directory' },
      { name: `d${at}/file`, body: 'x'.repeat(3000) },
    ]),
  );
  const unpackHalf = async (turns: number) => {
    const source = new PassThrough();
    source.end(bytes);
    const place = newPlace();
    mkdirSync(join(place, '..'));
    const done = unpackArchive(source, place, { type: 'tar' });
    const wait = (left: number) => (left === 0 ? source.destroy() : setImmediate(wait, left - 1));
    wait(turns);
    await done.then(
      () => {}, // it was quicker
      (error: unknown) => assert.ok(error instanceof Failure && error.code === 'E_SOURCE', String(error)),
    );
  };
  for (const turns of [0, 5, 15, 25, 35, 45, 60]) await unpackHalf(turns);
});
