import assert from 'node:assert/strict';
import { readFile, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { SteadyLoad } from '../machine/steady-load.ts';

/* One machine whose store is damaged in one way after another: the tests stand in their order. */

let sandbox: Sandbox;
let repository: string;
let texts = 0;

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp('first'));
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
});
after(() => sandbox?.stop());

const at = (name: string) => join(sandbox.root, 'store', name);

/** slipwayd starts once more, so that all is in the file itself; a copy is taken, since there is none. */
async function copied(): Promise<void> {
  await sandbox.stopDaemon();
  await rm(at('backups'), { recursive: true, force: true });
  await sandbox.startDaemon();
  assert.equal((await readdir(at('backups'))).length, 1);
}

async function pushNew(): Promise<string> {
  texts += 1;
  await sandbox.commit(repository, { 'text.json': `{"text": "text ${texts}"}` });
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  assert.match((await sandbox.get('shop')).body, new RegExp(`^text ${texts} `));
  return output;
}

/** While slipwayd has no store it says so at each door, and nothing can be changed. */
async function assertSaid(code: RegExp): Promise<void> {
  for (const words of [['apps:list'], ['config:set', 'shop', 'A=1'], ['apps:create', 'blog']]) {
    const refused = await sandbox.slipway(words);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, code);
  }
  assert.match((await sandbox.ssh('apps:list')).stderr, code);
  const push = await sandbox.push(repository, 'shop');
  assert.notEqual(push.code, 0);
  assert.match(push.output, code);
  assert.match(await sandbox.ok('version'), /slipway version/);
  const doctor = await sandbox.slipway(['doctor']);
  assert.equal(doctor.code, 1);
  assert.match(doctor.stdout, code);
}

async function overwriteMiddle(): Promise<void> {
  const bytes = await readFile(at('slipway.db'));
  await writeFile(at('slipway.db'), bytes.fill(0x5a, 4200, bytes.length - 4200));
}

const accidents: Readonly<Record<string, () => Promise<void>>> = {
  'overwritten in its middle': overwriteMiddle,
  'cut in its middle': () => truncate(at('slipway.db'), 20_000),
  gone: () => rm(at('slipway.db')),
};

for (const [accident, befall] of Object.entries(accidents)) {
  test(`where the file of the store is ${accident}, apps go on, it is said, and server:recover mends it`, async () => {
    await copied();
    const load = new SteadyLoad({
      port: sandbox.httpPort,
      host: 'shop.localhost',
      connections: 4,
      pause: 20,
    });
    await sandbox.stopDaemon('SIGKILL');
    await befall();
    await sandbox.startDaemon();
    await assertSaid(/E_STORE: /);
    assert.equal((await sandbox.ssh('server:recover --force')).code, 1);
    assert.match(await sandbox.ok('server:recover', '--force'), /The store is that of/);
    await sandbox.ok('ps:report', 'shop');
    await pushNew();
    const { failures, answered } = await load.stop();
    assert.deepEqual(failures, []);
    assert.ok(answered > 50);
    assert.equal((await sandbox.slipway(['server:recover', '--force'])).code, 1);
  });
}

test('what was deployed after the copy runs on, and the next push takes its place', async () => {
  await copied();
  await pushNew();
  const other = await sandbox.repository(helloApp('other'));
  assert.equal((await sandbox.push(other, 'blog')).code, 0);
  const load = new SteadyLoad({ port: sandbox.httpPort, host: 'blog.localhost', connections: 4, pause: 20 });
  await sandbox.stopDaemon('SIGKILL');
  await overwriteMiddle();
  await rm(at('slipway.db-wal'));
  await sandbox.startDaemon();
  const printed = await sandbox.ok('server:recover', '--force');
  assert.match(printed, /App blog \(v1\) is newer than the copy/);
  assert.match(printed, /Release v\d+ of shop is newer than the copy/);
  await sandbox.stopDaemon('SIGKILL');
  await sandbox.startDaemon();
  assert.match((await sandbox.get('shop')).body, new RegExp(`^text ${texts} `));
  assert.match((await sandbox.get('blog')).body, /^other /);
  await pushNew();
  await sandbox.commit(other, { 'text.json': '{"text": "mended"}' });
  assert.equal((await sandbox.push(other, 'blog')).code, 0);
  assert.match((await sandbox.get('blog')).body, /^mended /);
  assert.deepEqual((await load.stop()).failures, []);
});

test('a key file that is gone is said and not made anew; put back, all is as before', async () => {
  await sandbox.stopDaemon();
  await rename(at('key'), at('elsewhere'));
  await sandbox.startDaemon();
  await assertSaid(/E_STORE_KEY: /);
  assert.equal((await sandbox.slipway(['server:recover', '--force'])).code, 1);
  await sandbox.stopDaemon();
  await rename(at('elsewhere'), at('key'));
  await sandbox.startDaemon();
  await pushNew();
});
