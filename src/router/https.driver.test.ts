import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connect, type ConnectionOptions } from 'node:tls';
import { Secret } from '../base/secret.ts';
import type { AppRoute, RouteTable, ServedCertificate } from '../model/route.ts';
import { get, KeepAliveClient } from './backend.fixture.ts';
import { selfSigned, shownCertificate } from './certificate.fixture.ts';
import { openRig, pidIn, stopSupervisor, withRig, type HaproxyRig } from './router-rig.fixture.ts';

/** A certificate for hosts, as all clients take it. */
async function certificateFor(...hosts: string[]): Promise<ServedCertificate> {
  return { hosts, pem: await selfSigned(hosts), minVersion: '1.2', http2: true };
}

/** An app `NAME` at `NAME.test` that https is for. */
async function secured(rig: HaproxyRig, app: string, id: string): Promise<AppRoute> {
  const hsts = { maxAge: 15_724_800, subdomains: false, preload: false };
  return { ...(await rig.route(app, [id])), https: { redirect: true, hsts } };
}

describe('haproxy with https', () => {
  let rig: HaproxyRig;
  let table: RouteTable;
  before(async () => {
    rig = await openRig();
    await rig.router.start();
    table = {
      routes: [await secured(rig, 'shop', 'web.1.d1'), await rig.route('blog', ['web.1.d2'])],
      certificates: [await certificateFor('shop.test')],
    };
    await rig.router.apply(table);
  });
  after(() => rig.close());

  test('the app is told that it was asked by https, and the client to come by https only', async () => {
    const { text, headers } = await get(rig.tlsPort, 'shop.test', { path: '/headers', secure: true });
    const got: Record<string, string> = JSON.parse(text);
    assert.equal(got['x-forwarded-proto'], 'https');
    assert.equal(got['x-forwarded-port'], String(rig.tlsPort));
    assert.equal(headers['strict-transport-security'], 'max-age=15724800');
  });

  test('http is sent on to https where there is a certificate, with path and query, and nowhere else', async () => {
    const { status, headers } = await get(rig.port, 'shop.test', { path: '/a%20b?c=d&e' });
    assert.equal(status, 308);
    assert.equal(headers['location'], `https://shop.test:${rig.tlsPort}/a%20b?c=d&e`);
    assert.equal(headers['strict-transport-security'], undefined);
    const blog = await get(rig.port, 'blog.test');
    assert.deepEqual([blog.status, blog.text], [200, 'web.1.d2']);
  });

  test('an app may serve both, and may leave the header out', async () => {
    const [shop, ...others] = table.routes;
    const both = { ...(shop as AppRoute), https: { redirect: false, hsts: null } };
    await rig.router.apply({ ...table, routes: [both, ...others] });
    assert.equal((await get(rig.port, 'shop.test')).text, 'web.1.d1');
    const { headers } = await get(rig.tlsPort, 'shop.test', { secure: true });
    assert.equal(headers['strict-transport-security'], undefined);
    await rig.router.apply(table);
    assert.equal((await get(rig.port, 'shop.test')).status, 308);
  });

  test('HTTP/2 is spoken where it is wished', async () => {
    assert.equal(await http2Answer(rig, 'shop.test'), 'web.1.d1');
    const [only] = table.certificates ?? [];
    const plain = { ...(only as ServedCertificate), http2: false };
    await rig.router.apply({ ...table, certificates: [plain] });
    assert.equal(await negotiated(rig, ['h2', 'http/1.1']), 'http/1.1');
    await rig.router.apply(table);
    assert.equal(await negotiated(rig, ['h2', 'http/1.1']), 'h2');
  });

  test('TLS below 1.2 is refused, and 1.2 where 1.3 is wished', async () => {
    const [only] = table.certificates ?? [];
    const modern = { ...(only as ServedCertificate), minVersion: '1.3' } as const;
    assert.equal(await spoken(rig, 'TLSv1.2'), 'TLSv1.2');
    await rig.router.apply({ ...table, certificates: [modern] });
    assert.match(await spoken(rig, 'TLSv1.2'), /alert protocol version/);
    assert.equal(await spoken(rig, 'TLSv1.3'), 'TLSv1.3');
    await rig.router.apply(table);
    assert.match(await spoken(rig, 'TLSv1.1'), /alert protocol version|no protocols available/);
  });

  test('another certificate takes the place of one under load without a failed request', async () => {
    const clients = Array.from({ length: 8 }, () => new KeepAliveClient(rig.tlsPort, 'shop.test', true));
    const runs = clients.map((client) => client.run(2));
    for (let round = 0; round < 5; round += 1) {
      const renewed = await certificateFor('shop.test');
      const serial = new X509Certificate(renewed.pem.reveal()).serialNumber;
      await rig.router.apply({ ...table, certificates: [renewed] });
      assert.equal((await shown(rig)).serialNumber, serial);
      assert.equal((await readdir(join(rig.folder, 'certificates'))).length, 1);
    }
    for (const client of clients) client.stop();
    await Promise.all(runs);
    assert.equal(
      clients.reduce((sum, client) => sum + client.failed, 0),
      0,
    );
    assert.ok(clients.every((client) => client.answers.length > 0));
  });

  test('a chain that is too long for a command is read from its file', async () => {
    const one = await certificateFor('shop.test');
    const more = await Promise.all(Array.from({ length: 30 }, () => selfSigned(['other.test'])));
    const links = more.map((pem) => new X509Certificate(pem.reveal()).toString());
    const pem = new Secret(`${one.pem.reveal()}${links.join('')}`);
    assert.ok(pem.reveal().length > 15_000);
    await rig.router.apply({ ...table, certificates: [{ ...one, pem }] });
    assert.equal((await get(rig.tlsPort, 'shop.test', { secure: true })).text, 'web.1.d1');
  });
});

test('certificates outlive us and HAProxy, and a damaged one hurts its own host only', () =>
  withRig(async (rig) => {
    const shop = await certificateFor('shop.test');
    const blog = await certificateFor('blog.test');
    const routes = [await secured(rig, 'shop', 'web.1.d1'), await secured(rig, 'blog', 'web.1.d2')];
    await rig.router.apply({ routes, certificates: [shop, blog] });
    process.kill(await pidIn(join(rig.folder, 'haproxy.pid')), 'SIGKILL');
    const again = rig.reopen();
    await again.start();
    await again.apply({ routes, certificates: [shop, blog] });
    assert.equal(await shownCertificate(rig.tlsPort, 'shop.test'), 'DNS:shop.test');

    await stopSupervisor(rig.folder);
    const files = await readdir(join(rig.folder, 'certificates'));
    const damaged = join(rig.folder, 'certificates', files[0] ?? '');
    await writeFile(damaged, 'nothing\n');
    const third = rig.reopen();
    await third.start();
    const names = await Promise.all(['shop.test', 'blog.test'].map((host) => rig.shown(host)));
    assert.equal(names.filter((name) => name === null).length, 1);
    await third.apply({ routes, certificates: [shop, blog] });
    assert.equal(await rig.shown('shop.test'), 'DNS:shop.test');
    assert.equal(await rig.shown('blog.test'), 'DNS:blog.test');
  }));

test('what came by https before a reload is still https after it', () =>
  withRig(async (rig) => {
    const shop = await secured(rig, 'shop', 'web.1.d1');
    const certificates = [await certificateFor('shop.test')];
    await rig.router.apply({ routes: [shop], certificates });
    const idle = new KeepAliveClient(rig.tlsPort, 'shop.test', true);
    await idle.ask();
    const many = Array.from({ length: 70 }, (_, at) => ({ ...shop, app: `a${at}`, hosts: [`a${at}.test`] }));
    await rig.router.apply({ routes: [shop, ...many], certificates });
    assert.match(await idle.ask('/headers'), /"x-forwarded-proto":"https"/);
  }));

function http2Answer(rig: HaproxyRig, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { servername: host, rejectUnauthorized: false, host: '127.0.0.1', port: rig.tlsPort };
    const session = connectHttp2(`https://${host}`, {
      createConnection: () => connect({ ...options, ALPNProtocols: ['h2'] }),
    });
    session.on('error', reject);
    const stream = session.request({ ':path': '/' });
    let text = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
    stream.on('end', () => {
      session.close();
      resolve(text);
    });
  });
}

function negotiated(rig: HaproxyRig, ALPNProtocols: string[]): Promise<string | false | null> {
  return handshake(rig, { ALPNProtocols }, (socket) => socket.alpnProtocol);
}

/** The version that was agreed on, or what the other side said. */
function spoken(rig: HaproxyRig, version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> {
  const options = { minVersion: version, maxVersion: version } as const;
  return handshake(rig, options, (socket) => socket.getProtocol() ?? '').catch(String);
}

function shown(rig: HaproxyRig): Promise<X509Certificate> {
  return handshake(rig, {}, (socket) => new X509Certificate(socket.getPeerCertificate().raw));
}

function handshake<T>(
  rig: HaproxyRig,
  options: ConnectionOptions,
  read: (socket: ReturnType<typeof connect>) => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const place = {
      host: '127.0.0.1',
      port: rig.tlsPort,
      servername: 'shop.test',
      rejectUnauthorized: false,
    };
    const socket = connect({ ...place, ...options });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(read(socket));
      socket.destroy();
    });
  });
}
