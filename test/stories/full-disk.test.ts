import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { fillDisk, mountSmallDisk } from '../machine/small-disk.ts';
import { SteadyLoad } from '../machine/steady-load.ts';

/* One machine on which each part of what slipwayd keeps has a small disk of its own, full one after another. */

const parts = ['store', 'sources', 'deploys', 'router', 'repos'] as const;

let sandbox: Sandbox;
let repository: string;
let texts = 0;
let load: SteadyLoad;

before(async () => {
  sandbox = await Sandbox.start({}, async (root) => {
    for (const part of parts) await mountSmallDisk(join(root, part), 16 * 1024 * 1024);
  });
  repository = await sandbox.repository(helloApp('text 0'));
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  load = new SteadyLoad({ port: sandbox.httpPort, host: 'shop.localhost', connections: 4, pause: 20 });
});
after(async () => {
  await load?.stop();
  await sandbox?.stop();
});

const full = (part: (typeof parts)[number], left = 0) => fillDisk(join(sandbox.root, part), left);

async function commitNew(): Promise<void> {
  texts += 1;
  // Larger than what the clean-up after the deploy before may give back meanwhile.
  const large = { 'large.txt': randomBytes(500_000).toString('hex') };
  await sandbox.commit(repository, { 'text.json': `{"text": "text ${texts}"}`, ...large });
}

async function assertServes(text: string): Promise<void> {
  assert.match((await sandbox.get('shop')).body, new RegExp(`^${text} `));
}

/** A push is refused for want of space, and the release before serves; with space the same push works. */
async function assertPushFailsUntil(giveBack: () => Promise<void>): Promise<void> {
  const before = `text ${texts}`;
  await commitNew();
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.notEqual(code, 0, output);
  assert.match(output, /E_DISK_FULL: /);
  await assertServes(before);
  await giveBack();
  await assertPushed();
}

async function assertPushed(): Promise<void> {
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  await assertServes(`text ${texts}`);
}

test('full where git keeps what is pushed: it is said before git begins', async () => {
  await assertPushFailsUntil(await full('repos'));
});

test('full where sources are received: the push says so', async () => {
  await assertPushFailsUntil(await full('sources'));
});

test('full where the output of deploys is kept: the deploy goes on without it', async () => {
  const giveBack = await full('deploys');
  await commitNew();
  await assertPushed();
  await giveBack();
});

test('full where the store is: each change says so, and nothing that was stored is lost', async () => {
  await sandbox.ok('config:set', '--no-restart', 'shop', 'A=before');
  const giveBack = await full('store');
  const large = ['B', 'C', 'D', 'E', 'F', 'G', 'H'].map((key) => `${key}=${'x'.repeat(60_000)}`);
  for (const words of [
    ['config:set', '--no-restart', 'shop', ...large],
    ['config:set', 'shop', ...large],
  ]) {
    const { code, stderr } = await sandbox.slipway(words);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /E_DISK_FULL: /);
  }
  assert.match(await sandbox.ok('config:get', 'shop', 'A'), /^before$/m);
  await assertPushFailsUntil(giveBack);
  assert.match(await sandbox.ok('config:get', 'shop', 'A'), /^before$/m);
  await eventually(
    async () => !(await sandbox.ok('deploys', 'shop', '--format', 'json')).includes('"running"'),
  );
});

test('full where the store is when slipwayd starts: it waits for space, and then all is there', async () => {
  const giveBack = await full('store');
  await sandbox.stopDaemon('SIGKILL');
  const starting = sandbox.startDaemon();
  await assertServes(`text ${texts}`);
  await giveBack();
  await starting;
  assert.match(await sandbox.ok('config:get', 'shop', 'A'), /^before$/m);
  await commitNew();
  await assertPushed();
});

test('full where the router keeps its routes: a change says so, and the routes from before are served', async () => {
  const files = () => readFile(join(sandbox.root, 'router/hosts.map'), 'utf8');
  const before = await files();
  const giveBack = await full('router');
  const { code, stderr } = await sandbox.slipway(['domains:add', 'shop', 'www.example.com']);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /E_DISK_FULL: /);
  assert.equal(await files(), before);
  assert.equal((await sandbox.request('www.example.com')).status, 404);
  await assertPushFailsUntil(giveBack);
  await sandbox.ok('domains:add', 'shop', 'www.example.com');
  assert.equal((await sandbox.request('www.example.com')).status, 200);
});

test('no request failed in all that', async () => {
  const { failures, answered } = await load.stop();
  assert.deepEqual(failures, []);
  assert.ok(answered > 100);
});
