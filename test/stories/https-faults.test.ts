import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { X509Certificate } from 'node:crypto';
import { startFront, type AcmeFront, type FrontRequest, type Instead } from '../machine/acme-front.ts';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { handshake, httpsMachine, secureGet, type HttpsMachine } from '../machine/https-story.ts';
import { fillDisk, mountSmallDisk } from '../machine/small-disk.ts';

/* One machine whose authority refuses a third of all good nonces all the while, and stands behind a front that fails as told. */

const shop = 'www.shop-faults.dev';

let machine: HttpsMachine;
let front: AcmeFront;
let env: Readonly<Record<string, string>>;
let judge: (asked: FrontRequest) => Instead | undefined | Promise<Instead | undefined>;

before(async () => {
  machine = await httpsMachine({ nonceReject: 33 }, (root) =>
    mountSmallDisk(join(root, 'router'), 8 * 1024 * 1024),
  );
  const { sandbox, pebble } = machine;
  front = await startFront(pebble, (asked) => judge(asked));
  env = { ...machine.env, SLIPWAY_ACME_SERVER: front.directory };
  await restart();
  const pushed = await sandbox.push(await sandbox.repository(helloApp('hello')), 'shop');
  assert.equal(pushed.code, 0, pushed.output);
  judge = () => undefined;
  await sandbox.ok('domains:add', 'shop', shop);
  await issued(shop);
});
beforeEach(() => {
  judge = () => undefined;
});
after(async () => {
  await machine?.stop();
  await front?.close();
});

async function restart(more: Readonly<Record<string, string>> = {}): Promise<void> {
  await machine.sandbox.stopDaemon('SIGKILL');
  await machine.sandbox.startDaemon({ ...env, ...more });
}

interface Item {
  readonly host: string;
  readonly state: string;
  readonly next: string | null;
  readonly note: string;
}

async function item(host: string): Promise<Item | undefined> {
  const all: Item[] = JSON.parse(await machine.sandbox.ok('letsencrypt:list', 'shop', '--format', 'json'));
  return all.find((one) => one.host === host);
}

const issued = (host: string) => eventually(async () => (await item(host))?.state === 'issued');

/** Asks by https, with a certificate that must be the host's own. */
async function assertServes(host: string): Promise<void> {
  const { status, body } = await secureGet(machine.sandbox, host, machine.pebble.root);
  assert.deepEqual([status, body], [200, 'hello - web.1']);
}

async function serial(host: string): Promise<string> {
  const socket = await handshake(machine.sandbox, host);
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return new X509Certificate(raw).serialNumber;
}

/** Tokens that the router answers for, as its files say. */
async function tokens(): Promise<readonly string[]> {
  const text = await readFile(join(machine.sandbox.root, 'router/proofs.map'), 'utf8');
  return text.split('\n').flatMap((line) => /acme-challenge\/(\S+)/.exec(line)?.[1] ?? []);
}

const isSelfCheck = (token: string) => token.startsWith('slipway-');

/** Tells when a request comes that is for this part of the authority, and leaves it without an answer. */
function hold(part: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  judge = ({ path }) => {
    if (!path.includes(part)) return undefined;
    resolve();
    return 'silence';
  };
  return promise;
}

/** Orders what waits. */
async function orderNow(): Promise<string> {
  const { stdout, stderr } = await machine.sandbox.slipway(['letsencrypt:enable', 'shop']);
  return stdout + stderr;
}

/** Orders in place of what serves. */
async function renewNow(): Promise<string> {
  const { stdout, stderr } = await machine.sandbox.slipway(['letsencrypt:revoke', 'shop']);
  return stdout + stderr;
}

for (const [moment, part] of [
  ['while the authority looks for the proof', '/chalZ/'],
  ['while the certificate is fetched', '/certZ/'],
] as const) {
  test(`slipwayd killed ${moment}: no proof is left, and the domain gets its certificate`, async () => {
    const host = `kill${part.replaceAll('/', '').toLowerCase()}.shop-faults.dev`;
    const held = hold(part);
    await machine.sandbox.ok('domains:add', 'shop', host);
    await held;
    const live = (await tokens()).filter((token) => !isSelfCheck(token));
    assert.equal(live.length, part === '/chalZ/' ? 1 : 0);
    judge = () => undefined;
    await restart();
    assert.deepEqual((await tokens()).map(isSelfCheck), [true]);
    for (const token of live) {
      const { body } = await machine.sandbox.request(host, `/.well-known/acme-challenge/${token}`);
      assert.equal(body, 'hello - web.1', 'a proof that is not live does not hide what the app has there');
    }
    assert.equal((await item(host))?.note, 'the last try was cut off');
    await orderNow();
    await assertServes(host);
    assert.deepEqual((await tokens()).map(isSelfCheck), [true]);
  });
}

test('slipwayd killed when the certificate is kept and not served yet: it is served after the start', async () => {
  await restart({ SLIPWAY_PAUSE_AT: 'certificate:kept' });
  await machine.sandbox.ok('domains:add', 'shop', 'kept.shop-faults.dev');
  await eventually(async () => machine.sandbox.daemonLog().includes('"paused"'));
  const before = front.asked.length;
  await restart();
  await assertServes('kept.shop-faults.dev');
  assert.equal((await item('kept.shop-faults.dev'))?.state, 'issued');
  assert.ok(!front.asked.slice(before).some((path) => path.includes('order')), 'it is not ordered again');
});

test('an authority that is down: it is told, what serves goes on serving, and the next try works', async () => {
  const { sandbox } = machine;
  const before = await serial(shop);
  judge = () => 'drop';
  assert.match(await renewNow(), /localhost:\d+ cannot be reached/);
  assert.match((await item(shop))?.note ?? '', /localhost:\d+ cannot be reached/);
  assert.match(await sandbox.ok('events'), /letsencrypt:order.*E_ACME_DOWN +www\.shop-faults\.dev/);
  assert.equal(await serial(shop), before);
  await assertServes(shop);
  judge = () => undefined;
  await orderNow();
  assert.notEqual(await serial(shop), before);
  assert.equal((await item(shop))?.note, '');
});

test('an authority that is slow: nothing waits for it but its own order', async () => {
  const { sandbox } = machine;
  const { promise, resolve: answer } = Promise.withResolvers<undefined>();
  judge = ({ payload }) =>
    JSON.stringify(payload ?? '').includes('slow.shop-faults.dev') ? promise : undefined;
  await sandbox.ok('domains:add', 'shop', 'slow.shop-faults.dev');
  await eventually(async () => (await item('slow.shop-faults.dev'))?.state === 'ordering');
  await sandbox.ok('domains:add', 'shop', 'quick.shop-faults.dev');
  await issued('quick.shop-faults.dev');
  assert.equal((await item('slow.shop-faults.dev'))?.state, 'ordering');
  assert.equal((await sandbox.request('slow.shop-faults.dev')).status, 200, 'by http meanwhile');
  answer(undefined);
  await issued('slow.shop-faults.dev');
  await assertServes('slow.shop-faults.dev');
});

test('a limit with Retry-After: not asked before that, over a restart of slipwayd too, and others go on', async () => {
  const { sandbox } = machine;
  const host = 'limited.shop-faults.dev';
  let orders = 0;
  judge = ({ payload }) => {
    if (!JSON.stringify(payload ?? '').includes(host)) return undefined;
    orders += 1;
    const type = 'urn:ietf:params:acme:error:rateLimited';
    return { status: 429, headers: { 'Retry-After': '7200' }, body: { type, detail: 'too many' } };
  };
  await sandbox.ok('domains:add', 'shop', host);
  await eventually(async () => (await item(host))?.note.includes('too many') ?? false);
  const hours = (Date.parse((await item(host))?.next ?? '') - Date.now()) / 3_600_000;
  assert.ok(hours > 1.9 && hours <= 2, String(hours));
  await restart();
  await sandbox.ok('domains:add', 'shop', 'other.shop-faults.dev');
  await issued('other.shop-faults.dev');
  assert.equal(orders, 1);
});

test('a storm of refused nonces is weathered', async () => {
  let refused = 0;
  judge = ({ path, payload }) => {
    if (payload === undefined || path.includes('nonce') || refused === 12) return undefined;
    refused += 1;
    return { status: 400, body: { type: 'urn:ietf:params:acme:error:badNonce', detail: 'old' } };
  };
  await machine.sandbox.ok('domains:add', 'shop', 'storm.shop-faults.dev');
  await issued('storm.shop-faults.dev');
  await assertServes('storm.shop-faults.dev');
  assert.equal(refused, 12);
});

/** What the supervisor runs; 0 while it is between two runs. */
async function masterPid(): Promise<number> {
  const supervisor = (await readFile(join(machine.sandbox.root, 'router/supervisor.pid'), 'utf8')).trim();
  const children = await readFile(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8');
  const pids = children
    .trim()
    .split(' ')
    .filter((pid) => pid !== '');
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  return Number(pids[names.findIndex((name) => name.trim() === 'haproxy')] ?? 0);
}

test('HAProxy killed: it comes back with its certificates, without slipwayd', async () => {
  const { sandbox } = machine;
  const before = await serial(shop);
  await sandbox.stopDaemon('SIGKILL');
  const killed = await masterPid();
  assert.ok(killed > 1);
  process.kill(killed, 'SIGKILL');
  // Its worker may answer for a moment yet.
  await eventually(async () => ![0, killed].includes(await masterPid()));
  await eventually(async () => (await serial(shop).catch(() => '')) === before);
  await assertServes(shop);
  await sandbox.startDaemon(env);
  await assertServes('kept.shop-faults.dev');
});

test('a disk that is full when a certificate is written: it is told, the old one serves, and the new one with space', async () => {
  const host = 'full.shop-faults.dev';
  // The only one: of several, those whose turn comes later would find the disk full at their first step.
  await machine.sandbox.ok('domains:set', 'shop', host);
  await issued(host);
  const before = await serial(host);
  let filling: Promise<() => Promise<void>> | undefined;
  judge = async ({ path }) => {
    if (path.includes('/certZ/')) await (filling ??= fillDisk(join(machine.sandbox.root, 'router')));
    return undefined;
  };
  assert.match(await renewNow(), /disk is full/);
  judge = () => undefined;
  assert.match((await item(host))?.note ?? '', /disk is full/);
  assert.equal(await serial(host), before);
  await assertServes(host);
  const orders = () => front.asked.filter((path) => path.includes('order-plz')).length;
  const asked = orders();
  await (await filling)?.();
  await eventually(async () => (await serial(host)) !== before);
  await assertServes(host);
  assert.equal((await item(host))?.note, '');
  assert.equal(orders(), asked, 'it is served, not ordered again');
});
