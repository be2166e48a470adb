import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec, run, type ExecResult } from '../../src/base/exec.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';

/* The tester's key is an admin's; dora's is a deployer's. The app zebra is none of hers. */

let sandbox: Sandbox;
let repository: string;

before(async () => {
  sandbox = await Sandbox.start();
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyOfDora()]);
  await sandbox.ok('ssh-keys:add', '--role', 'deployer', 'dora', `${keyOfDora()}.pub`);
  for (const app of ['shop', 'zebra']) assert.equal((await sandbox.ssh(`apps:create ${app}`)).code, 0);
  repository = await sandbox.repository(helloApp('one'));
});
after(() => sandbox?.stop());

const keyOfDora = () => join(sandbox.root, 'client/dora');

function sshArgumentsOfDora(): readonly string[] {
  return sandbox.sshArguments.map((word) => (word === join(sandbox.root, 'client/key') ? keyOfDora() : word));
}

function dora(command: string): Promise<ExecResult> {
  return run('ssh', [...sshArgumentsOfDora(), `${sandbox.user}@127.0.0.1`, command]);
}

async function gitOfDora(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const env = { ...sandbox.gitEnv, GIT_SSH_COMMAND: `ssh ${sshArgumentsOfDora().join(' ')}` };
  const { code, stdout, stderr } = await run('git', args, { cwd: repository, env });
  return { code, output: stdout + stderr };
}

const push = (app: string) => gitOfDora('push', sandbox.remote(app), 'main');

test('a deployer without an app finds none, and can neither push to one nor make one', async () => {
  const listed = await dora('apps:list --quiet');
  assert.deepEqual([listed.code, listed.stdout], [0, '']);
  for (const app of ['shop', 'zebra', 'absent']) {
    const { code, output } = await push(app);
    assert.notEqual(code, 0);
    assert.ok(
      output.includes(`E_NOT_ALLOWED: App ${app} does not exist, and dora may not create apps`),
      output,
    );
    assert.match((await gitOfDora('ls-remote', sandbox.remote(app))).output, / {5}App \w+ does not exist/);
  }
  assert.match((await dora('apps:create mine')).stderr, /E_NOT_ALLOWED: dora may not run apps:create/);
  assert.equal(await sandbox.ok('--quiet', 'apps:list'), 'shop\nzebra\n');
});

test('with a grant the deployer pushes, configures, reads logs and fetches', async () => {
  await sandbox.ok('access:add', 'shop', 'dora');
  const { code, output } = await push('shop');
  assert.equal(code, 0, output);
  assert.equal((await sandbox.get('shop')).body, 'one - web.1');
  assert.equal((await dora('config:set shop GREETING=ahoy')).code, 0);
  assert.equal((await sandbox.get('shop')).body, 'one ahoy web.1');
  assert.match((await dora('logs shop')).stdout, /listening as one/);
  assert.match((await gitOfDora('ls-remote', sandbox.remote('shop'))).output, /refs\/heads\/main/);
  assert.match(await sandbox.ok('events', 'shop'), /dora +git:receive +shop +ok/);
});

test('the app of somebody else is for the deployer one that does not exist', async () => {
  for (const command of [
    'apps:report',
    'config:show',
    'logs',
    'apps:destroy --force',
    'ps:stop',
    'deploys',
  ]) {
    const [there, missing] = await Promise.all([dora(`${command} zebra`), dora(`${command} absent`)]);
    assert.equal(there.code, 20, there.stderr);
    assert.match(there.stderr, /App zebra does not exist/);
    assert.equal(there.stderr.replaceAll('zebra', 'absent'), missing.stderr);
  }
  for (const command of ['apps:list', 'events', 'ps:report', 'domains:report', 'jobs']) {
    const { code, stdout } = await dora(command);
    assert.equal(code, 0, command);
    assert.doesNotMatch(stdout, /zebra/, command);
  }
});

test('the server is not for the deployer, nor is the end of its own app', async () => {
  const commands = [
    'apps:destroy --force shop',
    'ssh-keys:list',
    'access:add zebra dora',
    'access:list',
    'report',
  ];
  for (const command of [...commands, 'config:set --global A=1', 'domains:set-global example.com']) {
    const { code, stderr } = await dora(command);
    assert.equal(code, command === 'access:add zebra dora' ? 20 : 1, stderr);
    assert.match(stderr, /E_NOT_ALLOWED|App zebra does not exist/, command);
  }
  assert.equal((await sandbox.get('shop')).status, 200);
});

test('when the grant is taken back, the next push is refused', async () => {
  assert.match(await sandbox.ok('access:list', 'shop'), /^dora +deployer +shop$/m);
  await sandbox.ok('access:remove', 'shop', 'dora');
  await sandbox.commit(repository, { 'text.json': '{"text": "two"}' });
  const { code, output } = await push('shop');
  assert.notEqual(code, 0);
  assert.match(output, /E_NOT_ALLOWED: App shop does not exist/);
  assert.equal((await sandbox.get('shop')).body, 'one ahoy web.1');
});
