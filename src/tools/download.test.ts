import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { download, DownloadError, isPublicAddress, type DownloadOptions } from './download.ts';

async function served(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const options: DownloadOptions = { limit: 1000, timeout: 5000, allowPrivate: true };
const failed = (words: RegExp) => (error: unknown) =>
  error instanceof DownloadError && words.test(error.message);

test('A body is fetched, by way of redirects and with the login of the address.', async (context) => {
  const url = await served(context, ({ url, headers }, response) => {
    if (url === '/a') response.writeHead(302, { Location: 'b?c=1' }).end();
    else response.end(`${url} ${headers.host} ${headers.authorization ?? ''}`);
  });
  assert.equal(await text(await download(`${url}/a`, options)), `/b?c=1 ${new URL(url).host} `);
  const login = Buffer.from('me:p@ss').toString('base64');
  assert.match(
    await text(await download(url.replace('//', '//me:p%40ss@'), options)),
    new RegExp(`Basic ${login}`),
  );
});

test('This machine is not asked, unless it may be; nor by way of a redirect.', async (context) => {
  const url = await served(context, (_request, response) => response.end('secret'));
  for (const address of [
    url,
    url.replace('localhost', '127.0.0.1'),
    url.replace('localhost', '2130706433'),
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/',
  ]) {
    await assert.rejects(
      download(address, { ...options, allowPrivate: false }),
      failed(/private network/),
      address,
    );
  }
});

test('A redirect without end, or to another kind of address, is given up.', async (context) => {
  const url = await served(context, (request, response) => {
    response.writeHead(302, { Location: request.url === '/file' ? 'file:///etc/passwd' : '/' }).end();
  });
  await assert.rejects(download(url, options), failed(/more than 5 times/));
  await assert.rejects(download(`${url}/file`, options), failed(/only http/));
  await assert.rejects(download('not an address', options), failed(/no address/));
});

test('A body that is too large is refused, whether it says so or not.', async (context) => {
  const url = await served(context, (request, response) => {
    if (request.url === '/told') response.writeHead(200, { 'Content-Length': 2000 });
    response.end('x'.repeat(2000));
    if (request.url !== '/told') response.write('');
  });
  await assert.rejects(download(`${url}/told`, options), failed(/larger than 1000/));
  const chunked = await served(context, (_request, response) => {
    response.write('x'.repeat(900));
    response.end('x'.repeat(900));
  });
  await assert.rejects(download(chunked, options).then(text), failed(/larger than 1000/));
});

test('An answer that fails, stops or does not come is an error.', async (context) => {
  const url = await served(context, (request, response) => {
    if (request.url === '/404') response.writeHead(404).end();
    if (request.url === '/cut')
      response.writeHead(200, { 'Content-Length': 100 }).write('x', () => response.destroy());
  });
  await assert.rejects(download(`${url}/404`, options), failed(/status 404/));
  await assert.rejects(download(`${url}/silent`, { ...options, timeout: 50 }), failed(/within 50 ms/));
  await assert.rejects(download(`${url}/cut`, options).then(text));
});

test('An aborted download throws the reason.', async (context) => {
  const url = await served(context, () => {});
  const signal = AbortSignal.timeout(20);
  await assert.rejects(download(url, { ...options, signal }), { name: 'TimeoutError' });
});

test('Public addresses are told from special ones.', () => {
  for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])
    assert.ok(isPublicAddress(address), address);
  for (const address of [
    '10.1.2.3',
    '172.31.255.255',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1%eth0',
    'fd00::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'nonsense',
  ]) {
    assert.ok(!isPublicAddress(address), address);
  }
});
