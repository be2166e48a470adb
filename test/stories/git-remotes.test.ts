import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await Sandbox.start();
  const { code, output } = await sandbox.push(await sandbox.repository(helloApp('from elsewhere')), 'source');
  assert.equal(code, 0, output);
  await sandbox.ok('apps:create', 'copy');
});
after(() => sandbox?.stop());

/** The repository of the app `source`, by the door of this very server. */
const sync = () => sandbox.slipway(['git:sync', '--build', 'copy', sandbox.remote('source')]);

test('a host whose key is not known is not asked for anything', async () => {
  const { code, stderr } = await sync();
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`Fix: slipway git:allow-host 127\\.0\\.0\\.1:${sandbox.sshPort}$`, 'm'));
});

test('a host that is known and does not know us says so', async () => {
  const trusted = await sandbox.ok('git:allow-host', `127.0.0.1:${sandbox.sshPort}`);
  assert.match(trusted, /SHA256:\S+ \(ssh-ed25519\)/);
  const { code, stderr } = await sync();
  assert.equal(code, 1);
  assert.match(stderr, /Fix: add the key of slipway git:public-key/);
});

test('with the deploy key let in there, the repository is fetched and deployed', async () => {
  const key = await sandbox.ok('git:generate-deploy-key');
  assert.equal(await sandbox.ok('git:public-key'), key);
  const added = await sandbox.slipway(['ssh-keys:add', 'server'], { stdin: key });
  assert.equal(added.code, 0, added.stderr);
  const { code, stdout, stderr } = await sync();
  assert.equal(code, 0, stdout + stderr);
  assert.match((await sandbox.get('copy')).body, /^from elsewhere /);
  const head = (await sandbox.ok('git:report', 'copy', '--git-sha')).trim();
  assert.match(
    await sandbox.ok('git:status', 'copy'),
    new RegExp(`^main is at ${head}\\nLive is v1 of ${head}$`, 'm'),
  );
});
