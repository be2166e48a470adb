import assert from 'node:assert/strict';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { fillDisk } from '../machine/small-disk.ts';

/* One machine whose root folder is a small disk: short, then full, and what gets it out of that. */

const mebibyte = 1024 ** 2;
/** A deploy needs a tenth of it, and the reserve is a sixty-fourth. */
const bytes = 320 * mebibyte;

let sandbox: Sandbox;
let repository: string;
let texts = 0;

before(async () => {
  sandbox = await Sandbox.start({}, async () => {}, bytes);
  repository = await sandbox.repository(helloApp('text 0'));
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
});
after(() => sandbox?.stop());

async function push(): Promise<{ code: number | null; output: string }> {
  texts += 1;
  await sandbox.commit(repository, { 'text.json': `{"text": "text ${texts}"}` });
  return sandbox.push(repository, 'shop');
}

async function assertServes(text: string): Promise<void> {
  assert.match((await sandbox.get('shop')).body, new RegExp(`^${text} `));
}

async function assertPushed(): Promise<void> {
  const { code, output } = await push();
  assert.equal(code, 0, output);
  await assertServes(`text ${texts}`);
}

const reserve = () => stat(join(sandbox.root, 'reserve')).catch(() => undefined);

async function assertReserve(): Promise<void> {
  await eventually(async () => (await reserve())?.size === bytes / 64);
  assert.ok(((await reserve())?.blocks ?? 0) * 512 >= bytes / 64);
}

test('the reserve is there, and doctor tells of it', async () => {
  await assertReserve();
  const { stdout } = await sandbox.slipway(['doctor']);
  assert.match(stdout, /a reserve of 5 MiB lets slipwayd start/);
  assert.match(stdout, /: others \d+ MiB/);
});

test('a push to a disk that is short is refused with what takes it, before anything is built', async () => {
  const served = `text ${texts}`;
  const giveBack = await fillDisk(sandbox.root, 20 * mebibyte);
  const { code, output } = await push();
  assert.notEqual(code, 0);
  assert.match(output, /E_DISK_SHORT: The disk of \S+ has \d+ MiB free of 320 MiB; a deploy needs 32 MiB: /);
  assert.match(output, /others \d+ MiB/);
  assert.doesNotMatch(output, /Building/);
  await assertServes(served);
  await giveBack();
  await assertPushed();
});

test('cleanup works on a disk that became full, and then the store takes changes', async () => {
  const giveBack = await fillDisk(sandbox.root);
  const output = await sandbox.ok('cleanup');
  assert.match(output, /before +after/);
  assert.equal(await reserve(), undefined);
  await sandbox.ok('config:set', '--no-restart', 'shop', 'A=1');
  await giveBack();
  const json = JSON.parse(await sandbox.ok('cleanup', '--format', 'json'));
  assert.equal(json.disks[0].bytes, bytes);
  await assertReserve();
});

test('slipwayd starts on a full disk, removes what nothing needs, and the next push works', async () => {
  await sandbox.stopDaemon('SIGKILL');
  const leftover = join(sandbox.root, 'sources/999');
  await mkdir(leftover);
  await writeFile(join(leftover, 'large'), Buffer.alloc(80 * mebibyte, 1));
  const giveBack = await fillDisk(sandbox.root);
  await sandbox.startDaemon();
  await assertServes(`text ${texts}`);
  await sandbox.ok('cleanup');
  await assertReserve();
  await assertPushed();
  await giveBack();
});
