import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { createContainer, deleteContainer } from '../../src/tools/docker-containers.ts';
import { commitContainer, deleteImage, splitTag } from '../../src/tools/docker-images.ts';
import { Docker } from '../../src/tools/docker.ts';
import { eventually } from '../machine/eventually.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { SteadyLoad } from '../machine/steady-load.ts';
import { ensureTestImage } from '../machine/test-image.ts';

let sandbox: Sandbox;
let repository: string;

before(async () => {
  sandbox = await Sandbox.start();
  repository = await sandbox.repository(helloApp('one'));
  const { code, output } = await sandbox.push(repository, 'shop');
  assert.equal(code, 0, output);
});
after(() => sandbox?.stop());

test('an app that is renamed under a steady load drops no request, and is pushed to by its new name', async () => {
  await sandbox.ok('domains:add', 'shop', 'www.example.com');
  const load = new SteadyLoad({
    port: sandbox.httpPort,
    host: 'www.example.com',
    connections: 16,
    pause: 20,
  });
  const out = await sandbox.ok('apps:rename', 'shop', 'store');
  const first = await sandbox.get('store');
  const result = await load.stop();
  assert.match(out, /Renamed shop to store/);
  assert.deepEqual(result.failures, []);
  assert.equal(result.answered, result.sent);
  assert.deepEqual([first.status, first.body], [200, 'one - web.1']);
  assert.equal((await sandbox.get('shop')).status, 404);
  await sandbox.commit(repository, { 'text.json': '{"text": "two"}' });
  const { code, output } = await sandbox.push(repository, 'store');
  assert.equal(code, 0, output);
  assert.match(output, /Release v4 of store is live \(it replaced v3\)/);
  await eventually(async () => (await sandbox.ok('ps:report', 'store', '--processes')).trim() === '1');
  await nothingIsLeftOf('shop');
});

test('a config that is exported is the same after an import, over ssh and from a file', async () => {
  const value = `it's "two"\nlines of $HOME`;
  await sandbox.ok('config:set', '--no-restart', 'store', `TEXT=${value}`, 'OTHER=1');
  const text = await sandbox.ok('config:export', '--format', 'envfile', 'store');
  await sandbox.ok('apps:create', 'copy');
  assert.equal((await sandbox.ssh('config:import copy', { stdin: text })).code, 0);
  assert.equal(await sandbox.ok('config:get', 'copy', 'TEXT'), `${value}\n`);
  const file = join(sandbox.root, 'client/config.json');
  await writeFile(file, '{"ONLY": "this"}');
  await sandbox.ok('config:import', '--replace', '--format', 'json', 'copy', file);
  assert.equal(await sandbox.ok('config:export', 'copy'), "export ONLY='this'\n");
  const missing = await sandbox.slipway(['config:import', 'copy', '/nonexistent']);
  assert.deepEqual([missing.code, missing.stdout], [1, '']);
});

test('what changed between two releases, and in the config, is listed without the values', async () => {
  await sandbox.ok('config:set', 'store', 'GREETING=s3cret');
  const diff = await sandbox.ok('releases:diff', 'store', 'v4', 'v5');
  assert.match(diff, /config +GREETING +added\n/);
  const history = await sandbox.ok('config:history', 'store');
  assert.match(history, /^v5 .* root +added +GREETING$/m);
  assert.doesNotMatch(diff + history, /s3cret/);
  assert.match(await sandbox.ok('config:history', '--show', 'store'), /s3cret/);
});

test('a clone answers at an address of its own with the same image and config', async () => {
  await sandbox.ok('apps:clone', 'store', 'twin');
  assert.equal((await sandbox.get('twin')).body, 'two s3cret web.1');
  await sandbox.ok('--force', 'apps:destroy', 'twin');
  assert.equal((await sandbox.get('store')).body, 'two s3cret web.1');
});

test('a deploy that is cancelled by somebody else ends the push, and the release before serves on', async () => {
  const dockerfile = 'FROM node:22-bookworm-slim\nRUN sleep 120\n';
  const slow = await sandbox.repository(helloApp('slow', { Dockerfile: dockerfile }));
  const pushing = sandbox.git(slow, ['push', '--force', sandbox.remote('store'), 'main']);
  await eventually(async () =>
    (await sandbox.ok('deploys:output', 'store', await lastDeploy('store'))).includes('sleep 120'),
  );
  assert.match(await sandbox.ok('jobs', 'store'), / store +running +git:receive /);
  await sandbox.ok('builds:cancel', 'store');
  const { code, stderr } = await pushing;
  assert.notEqual(code, 0);
  assert.match(stderr, /E_CANCELLED: Cancelled by root/);
  assert.match(await sandbox.ok('builds:info', 'store', await lastDeploy('store')), /State: +cancelled/);
  assert.equal((await sandbox.get('store')).body, 'two s3cret web.1');
});

test('a repository elsewhere is fetched and deployed, and can be pushed to from there on', async () => {
  const elsewhere = await sandbox.repository(helloApp('synced'));
  await sandbox.ok('apps:create', 'mirror');
  const bare = join(sandbox.root, 'client/elsewhere.git');
  await exec('git', ['clone', '-q', '--bare', elsewhere, bare]);
  await exec('chown', ['-R', sandbox.user, bare]);
  const out = await sandbox.ok('git:sync', '--build', 'mirror', `file://${bare}`, 'main');
  assert.match(out, /Release v1 of mirror is live/);
  assert.match((await sandbox.get('mirror')).body, /^synced /);
  await sandbox.commit(elsewhere, { 'text.json': '{"text": "pushed"}' });
  const { code, output } = await sandbox.push(elsewhere, 'mirror');
  assert.equal(code, 0, output);
  assert.match((await sandbox.get('mirror')).body, /^pushed /);
});

test('an image is deployed from an archive of docker save', async () => {
  const docker = new Docker('/var/run/docker.sock');
  const name = `slipway-test/${sandbox.instance}:1`;
  const file = join(sandbox.root, 'client/image.tar');
  try {
    await saveServer(docker, name, file);
    await sandbox.ok('apps:create', 'loaded');
    const { code, stdout, stderr } = await sandbox.slipway(['git:load-image', 'loaded', name], {
      stdin: createReadStream(file),
    });
    assert.equal(code, 0, stdout + stderr);
    assert.equal((await sandbox.get('loaded')).body, 'hello\n');
  } finally {
    await docker.json('DELETE', `/images/${name}`).catch(() => {});
    docker.close();
  }
});

/** Writes an archive of a small image that serves a page, which is then not on this machine. */
async function saveServer(docker: Docker, name: string, file: string): Promise<void> {
  const Image = await ensureTestImage(docker);
  const container = await createContainer(docker, `slipway-test-${sandbox.instance}`, {
    Image,
    Cmd: ['true'],
  });
  const config = { Cmd: ['httpd', '-f', '-p', '5000', '-h', '/www'] };
  await commitContainer(docker, container, { ...splitTag(name), config });
  await deleteContainer(docker, container);
  await writeFile(file, await docker.stream('GET', `/images/${name}/get`));
  await deleteImage(docker, name);
}

async function lastDeploy(app: string): Promise<string> {
  const [deploy] = JSON.parse(await sandbox.ok('deploys', app, '--format', 'json')) as { id: number }[];
  return String(deploy?.id ?? 0);
}

async function nothingIsLeftOf(app: string): Promise<void> {
  const docker = new Docker('/var/run/docker.sock');
  const label = [`slipway.instance=${sandbox.instance}`, `slipway.app=${app}`];
  const query = { all: true, filters: JSON.stringify({ label }) };
  try {
    await eventually(
      async () => ((await docker.json('GET', '/containers/json', { query })) as []).length === 0,
    );
    await eventually(async () => ((await docker.json('GET', '/networks', { query })) as []).length === 0);
  } finally {
    docker.close();
  }
}
