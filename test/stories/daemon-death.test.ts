import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { SteadyLoad } from '../machine/steady-load.ts';

let sandbox: Sandbox;
let repository: string;

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp('steady'));
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
});
after(() => sandbox?.stop());

test('apps answer while slipwayd is dead, and commands say so', async () => {
  const load = new SteadyLoad({ port: sandbox.httpPort, host: 'shop.localhost', connections: 4, pause: 20 });
  await sandbox.stopDaemon('SIGKILL');
  const refused = await sandbox.slipway(['apps:list']);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /E_DAEMON_DOWN/);
  const push = await sandbox.push(repository, 'shop');
  assert.notEqual(push.code, 0);
  assert.match(push.output, /slipwayd does not answer/);
  await sandbox.startDaemon();
  const result = await load.stop();
  assert.deepEqual(result.failures, []);
  assert.ok(result.answered > 10);
  assert.match(await sandbox.ok('apps:list'), /shop/);
});

test('a deploy that slipwayd died in is marked failed, its leftovers go, and the next push works', async () => {
  await sandbox.commit(repository, { Procfile: 'web: node server.js\nrelease: sleep 30\n' });
  const pushing = sandbox.push(repository, 'shop');
  await eventually(async () => (await sandbox.ok('deploys', 'shop')).includes('running'));
  await sleep(2000);
  await sandbox.stopDaemon('SIGKILL');
  assert.notEqual((await pushing).code, 0);
  await sandbox.startDaemon();
  const deploys = JSON.parse(await sandbox.ok('deploys', 'shop', '--format', 'json')) as { state: string }[];
  assert.equal(deploys[0]?.state, 'failed');
  assert.match((await sandbox.get('shop')).body, /^steady /);
  await sandbox.commit(repository, { Procfile: 'web: node server.js\n', 'text.json': '{"text": "after"}' });
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
  assert.match((await sandbox.get('shop')).body, /^after /);
});
