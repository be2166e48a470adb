import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox?.stop());

test('a value with quotes, spaces, newlines and dollars arrives whole over ssh', async () => {
  await sandbox.ok('apps:create', 'shop');
  const value = `it's "quoted" $HOME \`id\` a=b\nsecond line; rm -rf /`;
  const quoted = `'TEXT=${value.replaceAll("'", `'\\''`)}'`;
  const set = await sandbox.ssh(`config:set shop ${quoted}`);
  assert.equal(set.code, 0, set.stderr);
  assert.ok(!(set.stdout + set.stderr).includes('second line'), 'the value is not echoed');
  assert.equal((await sandbox.ssh('config:get shop TEXT')).stdout, `${value}\n`);
});

test('every event knows the key that came in', async () => {
  const events = JSON.parse(await sandbox.ok('events', '--format', 'json')) as {
    actor: string;
    operation: string;
    subject: string;
    outcome: string;
  }[];
  const set = events.find(({ operation }) => operation === 'config:set');
  assert.deepEqual([set?.actor, set?.subject, set?.outcome], ['tester', 'TEXT', 'ok']);
});

test('a key that was never let in, and one that was removed, is turned away', async () => {
  const other = join(sandbox.root, 'client/other');
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
  const asOther = () =>
    exec('ssh', [
      ...sandbox.sshArguments.map((word) => (word === join(sandbox.root, 'client/key') ? other : word)),
      `${sandbox.user}@127.0.0.1`,
      'version',
    ]);
  await assert.rejects(asOther(), /Permission denied/);
  const added = await sandbox.slipway(['ssh-keys:add', 'other'], {
    stdin: await readFile(`${other}.pub`, 'utf8'),
  });
  assert.equal(added.code, 0, added.stderr);
  assert.match((await asOther()).stdout, /slipway version/);
  await sandbox.ok('ssh-keys:remove', 'other');
  await assert.rejects(asOther(), /Permission denied/);
});

test('a private key and nonsense are refused as keys', async () => {
  const secret = await readFile(join(sandbox.root, 'client/key'), 'utf8');
  const refused = await sandbox.slipway(['ssh-keys:add', 'bad'], { stdin: secret });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /E_KEY: This is a private key/);
  assert.ok(!refused.stderr.includes(secret.split('\n')[1] ?? ''), 'the key is not echoed');
});

test('a shell, a file copy and a path out of the repositories are not to be had', async () => {
  assert.notEqual((await sandbox.ssh('bash -c id')).code, 0);
  assert.doesNotMatch((await sandbox.ssh('bash -c id')).stdout, /uid=/);
  for (const path of ['../../etc', '/etc/passwd', 'shop; id', '$(id)', '-o', 'a/b']) {
    const fetched = await sandbox.ssh(`git-upload-pack '${path}'`);
    assert.notEqual(fetched.code, 0, path);
    assert.doesNotMatch(fetched.stdout + fetched.stderr, /uid=/);
  }
});

test('a push of a branch that is not the deploy branch is taken and not deployed', async () => {
  const repository = await sandbox.repository(helloApp('main branch'));
  const first = await sandbox.push(repository, 'shop');
  assert.equal(first.code, 0, first.output);
  await sandbox.git(repository, ['checkout', '-q', '-b', 'topic']);
  await sandbox.commit(repository, { 'text.json': '{"text": "topic"}' });
  const pushed = await sandbox.git(repository, ['push', sandbox.remote('shop'), 'topic']);
  assert.equal(pushed.code, 0, pushed.stderr);
  assert.match(pushed.stderr, /Pushed to topic: not deployed; the deploy branch is main/);
  assert.match((await sandbox.get('shop')).body, /^main branch /);
  await sandbox.ok('git:set', 'shop', 'deploy-branch', 'topic');
  await sandbox.commit(repository, { 'text.json': '{"text": "topic again"}' });
  assert.equal((await sandbox.git(repository, ['push', sandbox.remote('shop'), 'topic'])).code, 0);
  assert.match((await sandbox.get('shop')).body, /^topic again /);
});

test('a locked app refuses a push', async () => {
  await sandbox.ok('apps:create', 'closed');
  await sandbox.ok('apps:lock', 'closed');
  const { code, output } = await sandbox.push(await sandbox.repository(helloApp('locked')), 'closed');
  assert.notEqual(code, 0);
  assert.match(output, /E_APP_LOCKED/);
});

test('no secret stands in the files of the store, in logs or in events', async () => {
  const secret = `s3cret-${sandbox.instance}`;
  await sandbox.ok('config:set', '--no-restart', 'shop', `API_KEY=${secret}`);
  const found = await exec('grep', [
    '-rlF',
    secret,
    join(sandbox.root, 'store'),
    join(sandbox.root, 'deploys'),
  ]).catch(() => ({ stdout: '' }));
  assert.equal(found.stdout, '');
  assert.ok(!sandbox.daemonLog().includes(secret));
  assert.ok(!(await sandbox.ok('events')).includes(secret));
});
