import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { describe, it } from 'node:test';
import type { HttpProbe } from '../model/check.ts';
import { type ProbeAnswer, type Target, tryHttp, tryListening } from './probe.ts';

const probe: HttpProbe = { kind: 'http', path: '/', port: null, headers: {}, below: 500, content: null };
const options = { timeout: 5000, signal: new AbortController().signal };

async function served(server: Server, ask: (target: Target) => Promise<ProbeAnswer>): Promise<ProbeAnswer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await ask({ address: '127.0.0.1', port: (server.address() as AddressInfo).port, host: 'shop' });
  } finally {
    server.close();
  }
}

function http(listener: RequestListener, more: Partial<HttpProbe> = {}): Promise<ProbeAnswer> {
  const server = createServer(listener);
  return served(server, (target) => tryHttp(target, { ...probe, ...more }, options)).finally(() =>
    server.closeAllConnections(),
  );
}

function said(answer: ProbeAnswer): string {
  return answer.healthy ? 'healthy' : answer.said.replace(/:\d+/, ':PORT');
}

describe('a try by HTTP', () => {
  it('is content with any status below the limit, redirects not followed', async () => {
    assert.equal(
      said(await http((_request, response) => response.writeHead(302, { location: '/login' }).end())),
      'healthy',
    );
    assert.equal(said(await http((_request, response) => response.writeHead(404).end())), 'healthy');
    assert.equal(
      said(await http((_request, response) => response.writeHead(404).end(), { below: 400, path: '/up' })),
      '127.0.0.1:PORT/up answered 404',
    );
    assert.equal(
      said(await http((_request, response) => response.writeHead(502).end())),
      '127.0.0.1:PORT/ answered 502',
    );
  });

  it('is not content with a redirect to itself, unless a cookie makes the next answer another', async () => {
    const redirect = (headers: Record<string, string>) =>
      http((_request, response) => response.writeHead(302, headers).end());
    const itself = '127.0.0.1:PORT/ answered 302, a redirect to itself';
    assert.equal(said(await redirect({ location: '/' })), itself);
    assert.equal(said(await redirect({ location: 'http://shop/' })), itself);
    assert.equal(said(await redirect({ location: '/', 'set-cookie': 'seen=1' })), 'healthy');
    assert.equal(said(await redirect({ location: 'https://shop/' })), 'healthy');
  });

  it('tells what it saw apart', async () => {
    const saw = (answer: ProbeAnswer) => (answer.healthy ? 'healthy' : answer.saw);
    const moved = await http((_request, response) => response.writeHead(308, { location: '/b' }).end(), {
      below: 300,
      path: '/a',
    });
    assert.deepEqual(saw(moved), { path: '/a', status: 308, location: '/b', endless: false });
    const closing = await served(
      createTcpServer((socket) => socket.on('data', () => socket.destroy())),
      (target) => tryHttp(target, probe, options),
    );
    assert.equal(saw(closing), 'connection');
    const nobody = await tryHttp({ address: '127.1.2.3', port: 1, host: 'shop' }, probe, options);
    assert.equal(saw(nobody), 'nothing');
  });

  it('names the app as host, unless the check names another', async () => {
    const echo: RequestListener = (request, response) => response.end(`host ${request.headers.host}`);
    assert.equal(said(await http(echo, { content: 'host shop' })), 'healthy');
    assert.equal(said(await http(echo, { content: 'host x.test', headers: { Host: 'x.test' } })), 'healthy');
  });

  it('looks for the text in the beginning of the body only', async () => {
    const page: RequestListener = (_request, response) => response.end(`early${'.'.repeat(1_000_000)}late`);
    assert.equal(said(await http(page, { content: 'early' })), 'healthy');
    assert.equal(
      said(await http(page, { content: 'late' })),
      '127.0.0.1:PORT/ answered 200 without the text "late"',
    );
  });

  it('does not wait for the end of a body that it does not need', async () => {
    assert.equal(said(await http((_request, response) => response.write('x'))), 'healthy');
  });

  it('says why there was no answer', async () => {
    const silent = createTcpServer((socket) => socket.on('error', () => {}).on('data', () => {}));
    const slow = await served(silent, (target) => tryHttp(target, probe, { ...options, timeout: 50 }));
    assert.equal(said(slow), 'no answer on 127.0.0.1:PORT: none within 0.05 s');
    const other = await served(
      createTcpServer((socket) => socket.on('error', () => {}).end('SSH-2.0-x\r\n')),
      (target) => tryHttp(target, probe, options),
    );
    assert.equal(said(other), 'no answer on 127.0.0.1:PORT: what it sends is not HTTP');
    const closing = await served(
      createTcpServer((socket) => socket.destroy()),
      (target) => tryHttp(target, probe, options),
    );
    assert.equal(said(closing), 'no answer on 127.0.0.1:PORT: connection closed without an answer');
  });

  it('throws the reason of an aborted signal', async () => {
    const reason = new Error('enough');
    const target = { address: '127.0.0.1', port: 1, host: 'shop' };
    await assert.rejects(tryHttp(target, probe, { timeout: 50, signal: AbortSignal.abort(reason) }), reason);
  });
});

describe('a try whether a port listens', () => {
  it('is content with an open connection', async () => {
    assert.equal(
      said(
        await served(
          createTcpServer((socket) => socket.destroy()),
          (target) => tryListening(target, options),
        ),
      ),
      'healthy',
    );
  });

  it('says that a connection was refused', async () => {
    assert.equal(
      said(await tryListening({ address: '127.1.2.3', port: 1, host: 'shop' }, options)),
      'no answer on 127.1.2.3:PORT: connection refused',
    );
  });
});
