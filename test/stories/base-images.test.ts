import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { deleteImage } from '../../src/tools/docker-images.ts';
import { Docker } from '../../src/tools/docker.ts';
import { Sandbox } from '../machine/sandbox.ts';
import { busyboxFiles } from '../machine/test-image.ts';
import { startTinyRegistry, type TinyRegistry } from '../machine/tiny-registry.ts';

let sandbox: Sandbox;
let registry: TinyRegistry;
/** An image that docker.io would be asked for, were there no mirror. */
let base: string;

before(async () => {
  sandbox = await Sandbox.start();
  registry = await startTinyRegistry();
  base = `slipway-test/base-${sandbox.instance}`;
  await registry.publish(base, await busyboxFiles('before\n'));
});
after(async () => {
  await sandbox?.stop();
  await registry?.close();
  await removeImages();
});

/** What the story pulled, under both its names, and what was replaced. */
async function removeImages(): Promise<void> {
  const docker = new Docker('/var/run/docker.sock');
  const images = z.array(z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullable() }));
  for (const name of [`${base}:1`, `${registry.host}/${base}:1`]) await deleteImage(docker, name);
  for (const { Id, RepoDigests } of images.parse(await docker.json('GET', '/images/json')))
    if (RepoDigests?.some((digest) => digest.startsWith(`${registry.host}/`))) await deleteImage(docker, Id);
  docker.close();
}

test('A Dockerfile stays as it is while its image comes from a mirror; the release tells of it', async () => {
  await sandbox.ok('images:set', 'mirror', registry.host);
  assert.match(await sandbox.ok('images:report'), new RegExp(`Images mirror: +${registry.host}`));
  assert.match(await sandbox.ok('images:report', '--images-registry-reachable'), /^true$/m);
  const folder = await sandbox.repository({
    Dockerfile: `FROM ${base}:1\nEXPOSE 8080\nCMD ["httpd", "-f", "-p", "8080", "-h", "/www"]\n`,
  });
  const pushed = await sandbox.push(folder, 'shop');
  assert.match(pushed.output, new RegExp(`Pulling ${base}:1 as ${registry.host}/${base}:1`));
  assert.equal((await sandbox.get('shop')).body, 'before\n');
  const info = await sandbox.ok('releases:info', 'shop', 'v1');
  assert.match(
    info,
    new RegExp(`Builder: +dockerfile\\n.*Base: +${base}:1 sha256:[0-9a-f]{64} \\(registry\\)`),
  );
  assert.match(await sandbox.ok('images:list'), new RegExp(`${base}:1 .*used by shop`));
});

test('After a fix of its image an app is named, and rebuilt upon it where that is asked for', async () => {
  await registry.publish(base, await busyboxFiles('after\n'));
  const update = await sandbox.ok('images:update', `${base}:1`);
  assert.match(update, /1 image: 1 updated, 0 failed/);
  assert.match(update, new RegExp(`shop +${base}:1 +slipway ps:rebuild shop`));
  assert.equal((await sandbox.get('shop')).body, 'before\n');
  assert.match(await sandbox.ok('images:update', '--rebuild', `${base}:1`), /shop .* rebuilt/);
  assert.equal((await sandbox.get('shop')).body, 'after\n');
  const again = z
    .object({ apps: z.array(z.unknown()) })
    .parse(JSON.parse(await sandbox.ok('images:update', `${base}:1`, '--format', 'json')));
  assert.deepEqual(again.apps, []);
  assert.match(await sandbox.ok('releases:diff', 'shop', 'v1', 'v2'), new RegExp(`base +${base}:1 +changed`));
});

test('A mirror that is no registry, and an image that is not here, are refused in plain words', async () => {
  const mirror = await sandbox.slipway(['images:set', 'mirror', 'https://mirror.example.com']);
  assert.equal(mirror.code, 1);
  assert.match(mirror.stderr, /mirror is HOST\[:PORT\]/);
  const missing = await sandbox.slipway(['images:update', 'nobody/has-this:1']);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /E_NOT_FOUND: nobody\/has-this:1 is not on this machine/);
});
