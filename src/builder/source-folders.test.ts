import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { pack } from 'tar-stream';
import { Failure } from '../base/failure.ts';
import { SourceFolders } from './source-folders.ts';

function sourcesIn(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-sources-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    sources: new SourceFolders({
      folder,
      allowPrivate: true,
      limits: { bytes: 5000, entries: 10, path: 100 },
    }),
  };
}

const commit = '0123456789abcdef0123456789abcdef01234567';
const options = { type: 'tar' as const, strip: false, signal: new AbortController().signal };

async function tarOf(files: Record<string, string>, links: Record<string, string> = {}): Promise<Buffer> {
  const tar = pack();
  for (const [name, body] of Object.entries(files)) tar.entry({ name }, body);
  for (const [name, linkname] of Object.entries(links)) tar.entry({ name, type: 'symlink', linkname });
  tar.finalize();
  return buffer(Readable.from(tar));
}

/** As git writes it in front of an archive. */
function globalHeader(): Buffer {
  const head = Buffer.alloc(1024);
  head.write('pax_global_header');
  head.write(['0000666', '0000000', '0000000', '00000000064', '00000000000', ''].join('\0'), 100);
  head.write('g', 156);
  head.write('ustar\x0000', 257);
  head.write(`52 comment=${commit}\n`, 512);
  head.write('        ', 148);
  const sum = head.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

const stream = (...parts: Buffer[]) => Readable.from(parts, { objectMode: false });
const refused = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

test('A source is kept with its commit until it is removed.', async (context) => {
  const { folder, sources } = sourcesIn(context);
  const tree = await sources.receive(
    7,
    stream(globalHeader(), await tarOf({ Procfile: 'web: x', 'a/b': 'y' })),
    options,
  );
  assert.equal(tree.revision, commit);
  assert.deepEqual(await sources.find(7), tree);
  assert.deepEqual(await sources.names(tree), ['Procfile', 'a']);
  assert.equal(readFileSync(join(tree.folder, 'a/b'), 'utf8'), 'y');
  await sources.remove(7);
  assert.equal(await sources.find(7), undefined);
  assert.deepEqual(readdirSync(folder), []);
});

test('A source that is refused leaves nothing.', async (context) => {
  const { folder, sources } = sourcesIn(context);
  const tar = await tarOf({ a: 'x'.repeat(3000), b: 'y' });
  await assert.rejects(sources.receive(1, stream(tar.subarray(0, 3584)), options), refused('E_SOURCE'));
  await assert.rejects(
    sources.receive(1, stream(await tarOf({ a: 'x'.repeat(6000) })), options),
    refused('E_SOURCE_TOO_LARGE'),
  );
  await assert.rejects(
    sources.receive(1, stream(await tarOf({ '../a': 'x' })), options),
    refused('E_SOURCE_PATH'),
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('A source whose sending stops, by cancelling or by a lost connection, leaves nothing.', async (context) => {
  const { folder, sources } = sourcesIn(context);
  const half = (await tarOf({ a: 'x'.repeat(3000) })).subarray(0, 1000);
  const cancelled = new AbortController();
  const endless = new Readable({ read() {} });
  endless.push(half);
  const received = sources.receive(1, endless, { ...options, signal: cancelled.signal });
  setTimeout(() => cancelled.abort(), 20);
  await assert.rejects(received, refused('E_CANCELLED'));
  const lost = new Readable({ read() {} });
  lost.push(half);
  setTimeout(() => lost.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })), 20);
  await assert.rejects(sources.receive(1, lost, options), refused('E_SOURCE'));
  assert.deepEqual(readdirSync(folder), []);
});

test('Only the sources that are named stay; what is not ours is left alone.', async (context) => {
  const { folder, sources } = sourcesIn(context);
  for (const deploy of [1, 2, 3]) await sources.receive(deploy, stream(await tarOf({ a: '' })), options);
  for (const name of ['.4.abcdefgh', '.2.abcdefgh', 'other']) mkdirSync(join(folder, name));
  await sources.keepOnly(new Set([2]));
  assert.deepEqual(readdirSync(folder).sort(), ['.2.abcdefgh', '2', 'other']);
});

test('A text of the tree is read, also through a link; what is not there or no file is undefined.', async (context) => {
  const { sources } = sourcesIn(context);
  const tree = await sources.receive(
    1,
    stream(await tarOf({ 'a/real': 'hello' }, { link: 'a/real', loop: 'loop' })),
    options,
  );
  assert.equal(await sources.readText(tree, './a/real'), 'hello');
  assert.equal(await sources.readText(tree, 'link'), 'hello');
  for (const path of ['none', 'a', 'loop', '../1/tree/a/real', '/etc/passwd', 'a/real/x', '.']) {
    assert.equal(await sources.readText(tree, path), undefined, path);
  }
});

test('A download gives the body, or a failure without the login of the address.', async (context) => {
  const { sources } = sourcesIn(context);
  const server = createServer((request, response) =>
    response.writeHead(request.url === '/a' ? 200 : 404).end('body'),
  );
  context.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal(await text(await sources.download(`${url}/a`, options.signal)), 'body');
  await assert.rejects(
    sources.download(`${url}/b`, options.signal),
    (error) => refused('E_DOWNLOAD')(error) && !String(error).includes('secret'),
  );
  await assert.rejects(sources.download(url, AbortSignal.abort()), refused('E_CANCELLED'));
});

test('An archive that is only looked at is gone afterwards, also where that fails.', async (context) => {
  const { folder, sources } = sourcesIn(context);
  const archive = await tarOf({ Procfile: 'web: x' });
  const read = await sources.briefly(stream(archive), options, async (tree) =>
    sources.readText(tree, 'Procfile'),
  );
  assert.equal(read, 'web: x');
  const failing = sources.briefly(stream(archive), options, () => Promise.reject(new Error('no')));
  await assert.rejects(failing, /no/);
  await assert.rejects(
    sources.briefly(stream(await tarOf({ '../x': '' })), options, async () => {}),
    refused('E_SOURCE_PATH'),
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('A folder of a tree is a tree, and nothing else is.', async (context) => {
  const { sources } = sourcesIn(context);
  const tree = await sources.receive(
    1,
    stream(await tarOf({ 'apps/api/x': 'y' }, { link: 'apps/api' })),
    options,
  );
  for (const path of ['apps/api', 'link', './apps//api']) {
    const found = await sources.within(tree, path);
    assert.equal(found && (await sources.readText(found, 'x')), 'y', path);
  }
  symlinkSync('/etc', join(tree.folder, 'out'));
  symlinkSync('..', join(tree.folder, 'apps/up'));
  for (const path of ['nothing', 'apps/api/x', '..', '.', '/etc', 'out', 'apps/up', 'a\0b'])
    assert.equal(await sources.within(tree, path), undefined, path);
});
