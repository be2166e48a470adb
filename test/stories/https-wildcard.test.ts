import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { handshake, httpsMachine, secureGet, type HttpsMachine } from '../machine/https-story.ts';
import { startKnot, type NameServer } from '../machine/knot.ts';

let knot: NameServer;
let machine: HttpsMachine;

before(async () => {
  knot = await startKnot(['apps-story.dev', 'wiki-story.dev']);
  machine = await httpsMachine({ dnsServer: knot.address });
});
after(async () => {
  await machine?.stop();
  await knot?.stop();
});

const login = (more = '') =>
  `SERVER=127.0.0.1\nPORT=${knot.port}\nKEY_NAME=${knot.keyName}\nKEY_SECRET=${knot.secret}\n${more}`;

async function push(app: string): Promise<void> {
  const { sandbox } = machine;
  const pushed = await sandbox.push(await sandbox.repository(helloApp(app)), app);
  assert.equal(pushed.code, 0, pushed.output);
}

const get = (host: string) => secureGet(machine.sandbox, host, machine.pebble.root);
const issued = async (host: string) =>
  new RegExp(`^${host.replace('*', '\\*')} +\\S+ +issued`, 'm').test(
    await machine.sandbox.ok('letsencrypt:list'),
  );

async function serial(host: string): Promise<string> {
  const socket = await handshake(machine.sandbox, host);
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

const orders = async () => (await machine.sandbox.ok('events')).match(/letsencrypt:order/g)?.length ?? 0;

test('A login that is not whole is refused; one that is, is kept where nobody reads it', async () => {
  const { sandbox } = machine;
  const lacking = await sandbox.slipway(['letsencrypt:dns', 'rfc2136'], { stdin: 'SERVER=127.0.0.1\n' });
  assert.notEqual(lacking.code, 0);
  assert.match(lacking.stderr, /lacks KEY_NAME, KEY_SECRET/);
  const unknown = await sandbox.slipway(['letsencrypt:dns', 'rfc2136'], { stdin: login('ZONE=a\n') });
  assert.match(unknown.stderr, /has no ZONE/);
  const kept = await sandbox.slipway(['letsencrypt:dns', 'rfc2136'], { stdin: login() });
  assert.equal(kept.code, 0, kept.stderr);
  assert.ok(!(kept.stdout + kept.stderr + (await sandbox.ok('events'))).includes(knot.secret));
  const store = join(sandbox.root, 'store');
  for (const name of (await readdir(store)).filter((one) => one.startsWith('slipway.db')))
    assert.ok(!(await readFile(join(store, name))).includes(knot.secret), name);
});

test('With a global domain whose DNS can be changed, a new app has https at once: one certificate for all', async () => {
  const { sandbox } = machine;
  await sandbox.ok('letsencrypt:set', '--global', 'dns-provider', 'rfc2136');
  await sandbox.ok('domains:set-global', 'apps-story.dev');
  await push('shop');
  await eventually(() => issued('shop.apps-story.dev'));
  assert.equal((await get('shop.apps-story.dev')).body, 'shop - web.1');
  await push('blog');
  assert.equal((await get('blog.apps-story.dev')).body, 'blog - web.1');
  assert.equal((await sandbox.request('blog.apps-story.dev')).status, 308);
  assert.equal(await serial('blog.apps-story.dev'), await serial('shop.apps-story.dev'));
  assert.equal(await orders(), 1);
  assert.deepEqual(await knot.texts('_acme-challenge.apps-story.dev'), []);
});

test('A name under the global domain that no app has is shown no page of one', async () => {
  const { status } = await get('nobody.apps-story.dev');
  assert.equal(status, 404);
});

test('A program of one’s own proves a domain and its wildcard, one after the other', async () => {
  const { sandbox } = machine;
  const calls = join(sandbox.root, 'dns-calls');
  await mkdir(join(sandbox.root, 'hooks'), { recursive: true });
  const script = [
    '#!/bin/sh -e',
    `echo "$1 $2" >>${calls}`,
    'if [ "$1" = present ]; then change="update add $2. 60 TXT \\"$3\\""; else change="update delete $2. TXT \\"$3\\""; fi',
    `printf 'server 127.0.0.1 ${knot.port}\\nkey hmac-sha256:${knot.keyName} ${knot.secret}\\n%s\\nsend\\n' "$change" | nsupdate`,
  ];
  await writeFile(join(sandbox.root, 'hooks/dns'), `${script.join('\n')}\n`, { mode: 0o700 });
  await push('wiki');
  await sandbox.ok('letsencrypt:set', 'wiki', 'dns-provider', 'program');
  await sandbox.ok('domains:set', 'wiki', 'wiki-story.dev', '*.wiki-story.dev');
  await eventually(async () => (await issued('wiki-story.dev')) && issued('*.wiki-story.dev'));
  for (const host of ['wiki-story.dev', 'de.wiki-story.dev', 'en.wiki-story.dev'])
    assert.equal((await get(host)).body, 'wiki - web.1', host);
  assert.notEqual(await serial('wiki-story.dev'), await serial('de.wiki-story.dev'));
  const turn = ['present _acme-challenge.wiki-story.dev', 'cleanup _acme-challenge.wiki-story.dev'];
  assert.deepEqual((await readFile(calls, 'utf8')).trim().split('\n'), [...turn, ...turn]);
  assert.deepEqual(await knot.texts('_acme-challenge.wiki-story.dev'), []);
});

test('What a program says that cannot do it is told, and the authority is not asked', async () => {
  const { sandbox } = machine;
  const body = '#!/bin/sh\necho "no such zone: $2" >&2\nexit 3\n';
  await writeFile(join(sandbox.root, 'hooks/dns'), body, { mode: 0o700 });
  await sandbox.ok('domains:add', 'wiki', '*.other-story.dev');
  const asked = await sandbox.slipway(['letsencrypt:enable', 'wiki']);
  assert.match(asked.stdout + asked.stderr, /no such zone: _acme-challenge\.other-story\.dev/);
  await eventually(async () =>
    /^\*\.other-story\.dev +wiki +waiting.*no such zone/m.test(await sandbox.ok('letsencrypt:list', 'wiki')),
  );
  assert.equal((await get('de.wiki-story.dev')).status, 200);
});
