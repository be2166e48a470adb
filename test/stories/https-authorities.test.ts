import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { httpsMachine, secureGet, type HttpsMachine } from '../machine/https-story.ts';
import { startPebble, type Pebble } from '../machine/pebble.ts';

const hmacKey = randomBytes(32).toString('base64url');
let machine: HttpsMachine;
/** Registers only those who have an account with it. */
let second: Pebble;

before(async () => {
  machine = await httpsMachine();
  const { sandbox, env } = machine;
  second = await startPebble({ bindings: { 'kid-1': hmacKey }, httpPort: sandbox.httpPort });
  await writeFile(join(sandbox.root, 'extra-ca/second.crt'), second.ca);
  await sandbox.stopDaemon();
  await sandbox.startDaemon(env);
  const pushed = await sandbox.push(await sandbox.repository(helloApp('hello')), 'shop');
  assert.equal(pushed.code, 0, pushed.output);
});
after(async () => {
  await machine?.stop();
  await second?.stop();
});

const account = (keyId: string, key: string) =>
  machine.sandbox.slipway(['letsencrypt:account', second.directory, '--key-id', keyId], {
    stdin: `${key}\n`,
  });

test('An authority that asks for an account says so, and what to do', async () => {
  const { sandbox } = machine;
  await sandbox.ok('letsencrypt:set', 'shop', 'server', second.directory);
  await sandbox.ok('domains:add', 'shop', 'www.shop-story.dev');
  const asked = await sandbox.slipway(['letsencrypt:enable', 'shop']);
  assert.match(asked.stdout + asked.stderr, /registers only those who have an account with it already/);
  assert.match(asked.stdout + asked.stderr, /slipway letsencrypt:account SERVER --key-id KEYID/);
});

test('A key that it does not know, or that is none, is told at once; the right one is taken', async () => {
  const { sandbox } = machine;
  for (const [keyId, key, why] of [
    ['kid-1', randomBytes(32).toString('base64url'), /refuse/],
    ['kid-2', hmacKey, /refuse/],
    ['kid-1', 'not a key', /one word/],
  ] as const) {
    const refused = await account(keyId, key);
    assert.notEqual(refused.code, 0, refused.stdout);
    assert.match(refused.stderr, why);
  }
  assert.equal(
    (await sandbox.slipway(['letsencrypt:account', second.directory], { stdin: hmacKey })).code,
    1,
  );
  const kept = await account('kid-1', hmacKey);
  assert.equal(kept.code, 0, kept.stderr);
  await sandbox.ok('letsencrypt:enable', 'shop');
  assert.equal((await secureGet(sandbox, 'www.shop-story.dev', second.root)).body, 'hello - web.1');
  assert.ok(!(await sandbox.ok('events')).includes(hmacKey));
});

test('An address to write to is told to the authority that knows us already, and to no other', async () => {
  const { sandbox } = machine;
  const told = await sandbox.ok('letsencrypt:set', 'shop', 'email', 'ops@shop-story.dev');
  assert.match(
    told,
    new RegExp(`The account at ${second.directory} has the address ops@shop-story\\.dev now`),
  );
  assert.doesNotMatch(told, new RegExp(machine.pebble.directory));
  assert.match(await sandbox.ok('letsencrypt:set', 'shop', 'email'), /has no address now/);
});

test('Where the first authority is down, the second one gives the certificate', async () => {
  const { sandbox, pebble } = machine;
  await sandbox.ok('letsencrypt:set', 'shop', 'server');
  await sandbox.ok('letsencrypt:set', '--global', 'fallback-server', second.directory);
  await pebble.die();
  await sandbox.ok('domains:add', 'shop', 'blog.shop-story.dev');
  const host = new URL(second.directory).host.replaceAll('.', '\\.');
  const next = new RegExp(`^blog\\.shop-story\\.dev .*; asked next: ${host}`, 'm');
  await eventually(async () => {
    if (next.test(await sandbox.ok('letsencrypt:list', 'shop'))) return true;
    await sandbox.slipway(['letsencrypt:enable', 'shop']);
    return false;
  });
  await sandbox.ok('letsencrypt:enable', 'shop');
  assert.equal((await secureGet(sandbox, 'blog.shop-story.dev', second.root)).body, 'hello - web.1');
});
