import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { handshake, httpsMachine, secureGet, type HttpsMachine } from '../machine/https-story.ts';

let machine: HttpsMachine;
const domain = 'www.shop-story.dev';

before(async () => {
  machine = await httpsMachine();
  const { sandbox } = machine;
  const pushed = await sandbox.push(await sandbox.repository(helloApp('hello')), 'shop');
  assert.equal(pushed.code, 0, pushed.output);
});
after(() => machine?.stop());

const get = (host = domain) => secureGet(machine.sandbox, host, machine.pebble.root);
const serial = async (host = domain) => {
  const socket = await handshake(machine.sandbox, host);
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
};

test('A domain whose DNS leads here has https by itself; http is sent on to it, and the app is not restarted', async () => {
  const { sandbox } = machine;
  const added = await sandbox.ok('domains:add', 'shop', domain);
  assert.match(added, new RegExp(`https comes by itself for ${domain}: slipway letsencrypt:list shop`));
  await eventually(async () =>
    /^www\.shop-story\.dev +shop +issued/m.test(await sandbox.ok('letsencrypt:list', 'shop')),
  );
  const { status, body, headers } = await get();
  assert.deepEqual([status, body], [200, 'hello - web.1']);
  assert.equal(headers['strict-transport-security'], 'max-age=15724800');
  const plain = await sandbox.request(domain, '/a?b=c');
  assert.equal(plain.status, 308);
  assert.equal(plain.headers.location, `https://${domain}:${sandbox.httpsPort}/a?b=c`);
  assert.match(await sandbox.ok('urls', 'shop'), new RegExp(`https://${domain}:${sandbox.httpsPort}`));
  assert.match(await sandbox.ok('certs:report', 'shop', '--ssl-origin'), /^automatic$/m);
});

test('A name that no app has, and one without a certificate, are shown nothing', async () => {
  for (const host of ['nobody.dev', 'shop.localhost'])
    await assert.rejects(handshake(machine.sandbox, host), { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' });
  assert.equal((await machine.sandbox.get('shop')).body, 'hello - web.1');
});

test('A domain that leads elsewhere is told what to do, costs the authority nothing, and hurts no other', async () => {
  const { sandbox, pebble } = machine;
  await pebble.setAddresses('moved.shop-story.dev', ['127.0.0.2']);
  await sandbox.ok('domains:add', 'shop', 'moved.shop-story.dev');
  await eventually(async () =>
    (await sandbox.ok('letsencrypt:list', 'shop')).includes('Nobody answers at port'),
  );
  assert.equal((await get()).status, 200);
  const waiting = 'moved.shop-story.dev of shop has no https yet: Nobody answers at port';
  assert.ok((await sandbox.ok('doctor')).includes(waiting));
  assert.equal((await sandbox.ok('domains:report', 'shop', '--domains-app-https')).trim(), domain);
  const asked = await sandbox.slipway(['letsencrypt:enable', 'shop']);
  assert.match(
    asked.stdout + asked.stderr,
    /Nobody answers at port \d+ of 127\.0\.0\.2, where moved\.shop-story\.dev leads: ECONNREFUSED/,
  );
  await pebble.setAddresses('moved.shop-story.dev', ['127.0.0.1']);
  await sandbox.ok('letsencrypt:enable', 'shop');
  assert.equal((await get('moved.shop-story.dev')).body, 'hello - web.1');
});

test('A file of the app below /.well-known/acme-challenge is its own, but for a live proof', async () => {
  const { status } = await machine.sandbox.request(
    'shop.localhost',
    '/.well-known/acme-challenge/of-the-app',
  );
  assert.equal(status, 200);
});

test('A certificate of one’s own takes the place of the automatic one, and gives it back', async () => {
  const { sandbox } = machine;
  const automatic = await serial();
  assert.match((await sandbox.slipway(['certs:generate', 'shop', domain])).stderr, /self-signed/);
  assert.notEqual(await serial(), automatic);
  await sandbox.ok('certs:remove', 'shop');
  assert.equal(await serial(), automatic);
});

test('Certificates serve on while slipwayd is dead, and when HAProxy is started without it', async () => {
  const { sandbox, env } = machine;
  await sandbox.stopDaemon('SIGKILL');
  assert.equal((await get()).body, 'hello - web.1');
  await sandbox.startDaemon(env);
  assert.equal((await get()).body, 'hello - web.1');
});

test('A scanner finds nothing that is weak', async () => {
  const port = String(machine.sandbox.httpsPort);
  const { stdout } = await exec('sslscan', [
    '--no-colour',
    '--xml=-',
    `--sni-name=${domain}`,
    `127.0.0.1:${port}`,
  ]);
  const protocols = [...stdout.matchAll(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g)];
  assert.deepEqual(
    protocols.map(([, type, version]) => `${type} ${version}`),
    ['tls 1.2', 'tls 1.3'],
  );
  const weak = [...stdout.matchAll(/strength="(weak|null|anonymous|medium)"/g)];
  assert.deepEqual(weak, []);
  assert.match(stdout, /<heartbleed [^>]*vulnerable="0"/);
  assert.match(stdout, /<renegotiation supported="0"/);
});

test('Revoking gets a new certificate first; the events tell of both', async () => {
  const { sandbox, pebble } = machine;
  const before = await serial();
  await sandbox.ok('letsencrypt:revoke', 'shop');
  assert.notEqual(await serial(), before);
  assert.equal(await pebble.status(before), 'Revoked');
  assert.match(await sandbox.ok('events'), /letsencrypt:order.*www\.shop-story\.dev/);
});
