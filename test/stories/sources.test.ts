import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exec } from '../../src/base/exec.ts';
import { tagsBelow } from '../../src/tools/docker-survey.ts';
import { Docker } from '../../src/tools/docker.ts';
import { helloApp } from '../machine/hello-app.ts';
import { Sandbox } from '../machine/sandbox.ts';

let sandbox: Sandbox;

before(async () => {
  sandbox = await Sandbox.start();
});
after(() => sandbox?.stop());

/** A folder of this test's own with the files of an app. */
async function project(name: string, text: string): Promise<string> {
  const folder = join(sandbox.root, 'client', name);
  for (const [file, content] of Object.entries(helloApp(text))) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), content);
  }
  return folder;
}

test('an archive that is piped in over ssh becomes a release', async () => {
  await sandbox.ok('apps:create', 'piped');
  const folder = await project('piped', 'from tar');
  const archive = join(sandbox.root, 'client/piped.tar');
  await exec('tar', ['-cf', archive, '-C', folder, '.']);
  const result = await sandbox.ssh('git:from-archive piped --', { stdin: createReadStream(archive) });
  assert.equal(result.code, 0, result.stdout + result.stderr);
  assert.match(result.stdout, /Release v1 of piped is live/);
  assert.match((await sandbox.get('piped')).body, /^from tar /);
});

test('an archive at an address is fetched, and its single top folder is taken off', async () => {
  await sandbox.ok('apps:create', 'fetched');
  const folder = await project('fetched-1.0', 'from address');
  const archive = join(sandbox.root, 'client/fetched.tar.gz');
  await exec('tar', ['-czf', archive, '-C', join(folder, '..'), 'fetched-1.0']);
  const server = createServer((_request, response) => createReadStream(archive).pipe(response)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    await sandbox.ok(
      'git:from-archive',
      '--archive-type',
      'tar.gz',
      'fetched',
      `http://127.0.0.1:${port}/fetched.tar.gz`,
    );
  } finally {
    server.close();
  }
  assert.match((await sandbox.get('fetched')).body, /^from address /);
});

test('an archive with a link that leaves its folder is refused, and nothing of it is kept', async () => {
  const folder = await project('hostile', 'hostile');
  await symlink('/etc/passwd', join(folder, 'passwd'));
  const archive = join(sandbox.root, 'client/hostile.tar');
  await exec('tar', ['-cf', archive, '-C', folder, '.']);
  const result = await sandbox.ssh('git:from-archive piped --', { stdin: createReadStream(archive) });
  assert.equal(result.code, 1);
  assert.match(result.stderr, /E_SOURCE_PATH/);
  assert.match((await sandbox.get('piped')).body, /^from tar /);
});

test('the source of the current release can be built again', async () => {
  const out = await sandbox.ok('ps:rebuild', 'piped');
  assert.match(out, /Release v2 of piped is live \(it replaced v1\)/);
  assert.match((await sandbox.get('piped')).body, /^from tar /);
});

test('an image that is here is deployed as it is, with its own command', async () => {
  await sandbox.ok('apps:create', 'image');
  const given = `slipway-test/given-${sandbox.instance}`;
  const docker = new Docker('/var/run/docker.sock');
  try {
    const [built = ''] = await tagsBelow(docker, `slipway/${sandbox.instance}/piped:`);
    await docker.json('POST', `/images/${built}/tag`, { query: { repo: given, tag: '1' } });
    const out = await sandbox.ok('git:from-image', 'image', `${given}:1`);
    assert.match(out, /Release v1 of image is live/);
    assert.match((await sandbox.get('image')).body, /^from tar /);
  } finally {
    await docker.json('DELETE', `/images/${given}:1`).catch(() => {});
    docker.close();
  }
});

test('the image of an app is not to be had for another app', async () => {
  const taken = await sandbox.slipway(['git:from-image', 'image', `slipway/${sandbox.instance}/piped:d1`]);
  assert.equal(taken.code, 1);
  assert.match(taken.stderr, /E_IMAGE_UNAVAILABLE/);
});

test('an image that nobody has is refused with its name', async () => {
  const result = await sandbox.slipway(['git:from-image', 'image', 'nobody/has-this:1']);
  assert.equal(result.code, 1);
  assert.match(
    result.stderr,
    /E_(IMAGE_UNAVAILABLE|REGISTRY_DNS|REGISTRY_DOWN|REGISTRY_AUTH).*nobody\/has-this/,
  );
});
