import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { handshake, httpsMachine, secureGet, type HttpsMachine } from '../machine/https-story.ts';
import { TestAuthority, type Issued } from '../machine/issuing-authority.ts';

const domain = 'www.shop-story.dev';
const blog = 'blog.shop-story.dev';
let machine: HttpsMachine;
let authority: TestAuthority;
/** For the first domain only. */
let own: Issued;

before(async () => {
  authority = await TestAuthority.create();
  own = await authority.issue([domain]);
  machine = await httpsMachine();
  const { sandbox } = machine;
  const pushed = await sandbox.push(await sandbox.repository(helloApp('hello')), 'shop');
  assert.equal(pushed.code, 0, pushed.output);
  await sandbox.ok('domains:add', 'shop', domain, blog);
  await eventually(
    async () => (await sandbox.ok('letsencrypt:list', 'shop')).match(/ issued /g)?.length === 2,
  );
});
after(async () => {
  await machine?.stop();
  await authority?.remove();
});

/** Serial numbers of the certificates that a browser is shown for a host, its own first. */
async function shown(host = domain): Promise<readonly string[]> {
  const socket = await handshake(machine.sandbox, host);
  const chain: string[] = [];
  let last = socket.getPeerCertificate(true);
  while (last?.serialNumber !== undefined && !chain.includes(last.serialNumber)) {
    chain.push(last.serialNumber);
    last = last.issuerCertificate;
  }
  socket.destroy();
  return chain;
}

const serials = (...pems: readonly string[]) => pems.map((pem) => new X509Certificate(pem).serialNumber);

/** A file of the user's, below the sandbox. */
async function file(name: string, content: string): Promise<string> {
  const path = join(machine.sandbox.root, name);
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

const add = async (certificate: string, key: string) =>
  machine.sandbox.slipway([
    'certs:add',
    'shop',
    await file('crt.pem', certificate),
    await file('key.pem', key),
  ]);

test('What cannot be served is refused with what to do, and the automatic one stays', async () => {
  const automatic = await shown();
  const other = await authority.issue([domain]);
  const unmatched = await add(own.certificate, other.key.reveal());
  assert.equal(unmatched.code, 1);
  assert.match(unmatched.stderr, /E_CERTIFICATE: The private key belongs to none of the certificates/);
  assert.match(unmatched.stderr, /give the key that the certificate \(CN=leaf\) was requested with/);

  const plain = await file('plain.pem', own.key.reveal());
  const encrypted = join(machine.sandbox.root, 'encrypted.pem');
  await exec('openssl', ['pkcs8', '-topk8', '-in', plain, '-out', encrypted, '-passout', 'pass:secret']);
  const certificate = await file('crt.pem', own.certificate);
  const locked = await machine.sandbox.slipway(['certs:add', 'shop', certificate, encrypted]);
  assert.equal(locked.code, 1);
  assert.match(locked.stderr, /The private key is encrypted/);
  assert.match(locked.stderr, /openssl pkey -in KEY -out plain\.key/);

  const absent = await machine.sandbox.slipway(['certs:add', 'shop', certificate, '/nonexistent.key']);
  assert.notEqual(absent.code, 0);
  assert.match(absent.stderr, /\/nonexistent\.key/);
  assert.deepEqual(await shown(), automatic);
});

test('Files, with the chain in the wrong order, are served in the right one, before the automatic certificate', async () => {
  const { sandbox, pebble } = machine;
  const before = await shown(blog);
  const added = await add(own.root + own.intermediate + own.certificate, own.key.reveal());
  assert.equal(added.code, 0, added.stderr);
  assert.match(added.stdout, /shop has a certificate of its own now/);
  assert.match(added.stderr, /It is not for .*blog\.shop-story\.dev.* of the app/);
  assert.deepEqual(await shown(), serials(own.certificate, own.intermediate));
  assert.equal((await secureGet(sandbox, domain, own.root)).body, 'hello - web.1');
  assert.deepEqual(await shown(blog), before);
  assert.equal((await secureGet(sandbox, blog, pebble.root)).body, 'hello - web.1');
});

test('The reports tell which one is served; the key is shown only where it is asked for', async () => {
  const { sandbox } = machine;
  assert.match(await sandbox.ok('certs:report', 'shop', '--ssl-origin'), /^given, automatic$/m);
  const report = JSON.parse(await sandbox.ok('certs:report', 'shop', '--format', 'json'));
  assert.equal(report.hostnames, `${domain} ${blog}`);
  assert.match(report.issuer, /^Test Test Intermediate, Pebble/);
  assert.equal(report['without-certificate'], 'shop.localhost');
  const list = await sandbox.ok('letsencrypt:list', 'shop');
  assert.match(list, /^www\.shop-story\.dev +shop +given/m);
  assert.match(list, /^blog\.shop-story\.dev +shop +issued/m);
  const chain = await sandbox.ok('certs:show', 'shop');
  const pems = chain.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  assert.deepEqual(serials(...pems), serials(own.certificate, own.intermediate));
  assert.ok(!chain.includes('PRIVATE KEY'));
  const key = await sandbox.ok('certs:show', 'shop', 'key');
  assert.ok(new X509Certificate(own.certificate).checkPrivateKey(createPrivateKey(key)));
});

test('A tar by ssh replaces it', async () => {
  const { sandbox } = machine;
  const both = await authority.issue([domain, blog]);
  await file('server.crt', both.certificate + both.intermediate);
  await file('server.key', both.key.reveal());
  const tar = join(sandbox.root, 'certs.tar');
  await exec('tar', ['-cf', tar, '-C', sandbox.root, 'server.crt', 'server.key']);
  const updated = await sandbox.ssh('certs:update shop', { stdin: createReadStream(tar) });
  assert.equal(updated.code, 0, updated.stderr);
  for (const host of [domain, blog])
    assert.deepEqual(await shown(host), serials(both.certificate, both.intermediate), host);
  const again = await sandbox.ssh('certs:add shop', { stdin: createReadStream(tar) });
  assert.match(again.stdout, /shop has this certificate already/);
  const broken = await sandbox.ssh('certs:add shop', { stdin: createReadStream(tar, { end: 700 }) });
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /E_CERTIFICATE/);
  assert.deepEqual(await shown(), serials(both.certificate, both.intermediate));
});

test('Removed, it gives its place back to the automatic one', async () => {
  const { sandbox, pebble } = machine;
  const [given] = await shown();
  await sandbox.ok('certs:remove', 'shop');
  assert.notEqual((await shown())[0], given);
  for (const host of [domain, blog])
    assert.equal((await secureGet(sandbox, host, pebble.root)).body, 'hello - web.1');
  assert.match(await sandbox.ok('certs:report', 'shop', '--ssl-origin'), /^automatic$/m);
  const none = await sandbox.slipway(['certs:show', 'shop', 'key']);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /was given no certificate/);
});
