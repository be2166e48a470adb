import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { failsWith, stoppedAt, TrialImages, watched } from '../../../test/machine/trial-images.ts';
import { labels } from '../../model/names.ts';
import { containersNamed, createContainer } from '../../tools/docker-containers.ts';
import { imageDetails } from '../../tools/docker-images.ts';
import { recipeFingerprint } from './recipe-fingerprint.ts';
import { recipeFor } from './recipes.ts';

let trial: TrialImages;

before(async () => {
  trial = await TrialImages.open();
});

after(() => trial.close());

test('An image in the making that is stopped half-way leaves nothing.', async () => {
  for (const moment of [/^Reading package lists/, /^Unpacking/, /^Installing packages/]) {
    await assert.rejects(
      trial.images().ensure('debian:bookworm-slim', stoppedAt(moment)),
      /stopped by the test/,
    );
    await trial.assertNothingLeft();
    assert.deepEqual(await trial.tags(), []);
  }
});

test('Debian and Node are built from packages, once, also when two ask for them at the same time.', async () => {
  const images = trial.images();
  const [one, two] = [watched(), watched()];
  const [first, second] = await Promise.all([
    images.ensure('node:22-slim', one),
    images.ensure('docker.io/library/node:22-slim', two),
  ]);
  assert.deepEqual(first, second);
  const { id: _id, ...known } = first;
  assert.deepEqual(known, { name: 'node:22-slim', digest: null, ports: [], from: 'packages' });
  const begun = [...one.lines, ...two.lines].filter((line) => line.kind === 'step').map((line) => line.text);
  assert.deepEqual(begun, [
    "Building node:22-slim from the distribution's packages (about 45 s)",
    "Building debian:bookworm-slim from the distribution's packages (about 30 s)",
  ]);
  assert.deepEqual(await trial.tags(), [
    `${trial.prefix}/debian:bookworm-slim`,
    `${trial.prefix}/node:22-bookworm-slim`,
    `${trial.prefix}/node:22-slim`,
  ]);
  await trial.assertNothingLeft();
});

test('The Node image works as the official one.', async () => {
  const node = `${trial.prefix}/node:22-bookworm-slim`;
  const version = await trial.printed(node, '-v');
  assert.match(version, /^v22\./);
  assert.equal(await trial.printed(node, 'node', '-p', 'process.env.NODE_VERSION'), version.slice(1));
  assert.match(await trial.printed(node, 'npm', '-v'), /^10\./);
  assert.match(await trial.printed(node, 'npx', '-v'), /^10\./);
  assert.match(await trial.printed(node, 'yarn', '-v'), /^1\./);
  assert.match(await trial.printed(node, 'corepack', '-v'), /^0\./);
  assert.equal(await trial.printed(node, 'id', 'node'), 'uid=1000(node) gid=1000(node) groups=1000(node)');
  assert.equal(
    await trial.printed(node, 'sh', '-c', 'stat -c "%U %A" /home/node /usr/local/bin/node'),
    'node drwxr-xr-x\nroot -rwxr-xr-x',
  );
  assert.equal(
    await trial.printed(node, 'sh', '-c', 'ls /usr/local/include; test -e /slipway || echo no /slipway'),
    'node\nno /slipway',
  );
});

test('The Debian image is small and tells nothing of this machine.', async () => {
  const debian = `${trial.prefix}/debian:bookworm-slim`;
  assert.equal(
    await trial.printed(debian, 'sh', '-c', '. /etc/os-release; echo $VERSION_CODENAME'),
    'bookworm',
  );
  assert.equal(await trial.printed(debian, 'find', '/usr/share/man', '/usr/share/locale', '-type', 'f'), '');
  assert.equal(await trial.printed(debian, 'sh', '-c', '/usr/sbin/policy-rc.d || echo $?'), '101');
  const size = (await imageDetails(trial.docker, debian))?.Size ?? 0;
  assert.ok(size > 50e6 && size < 100e6, `${size} bytes`);
});

test('An image knows the recipe that it was made by.', async () => {
  for (const name of ['debian:bookworm-slim', 'node:22-slim']) {
    const recipe = recipeFor(name);
    const details = await imageDetails(trial.docker, `${trial.prefix}/${name}`);
    assert.ok(recipe && details);
    assert.equal(details.Config?.Labels?.[labels.recipeFingerprint], recipeFingerprint(recipe), name);
  }
});

test('All images of recipes are listed, with where they came from.', async () => {
  const list = await trial.images().list();
  const slim = list.find((image) => image.name === 'node:22-slim');
  assert.ok(
    slim?.present && slim.from === 'packages' && slim.createdAt !== null && (slim.bytes ?? 0) > 100e6,
  );
  assert.deepEqual(
    list.find((image) => image.name === 'node:20-slim'),
    {
      name: 'node:20-slim',
      present: false,
      id: null,
      bytes: null,
      from: null,
      createdAt: null,
      recipeChanged: false,
    },
  );
});

test('A Node image that is stopped half-way leaves nothing, and the one that is there stays.', async () => {
  const images = trial.images();
  const before = await images.ensure('node:22-bookworm-slim', watched());
  for (const moment of [/^Downloading/, /^Installing/]) {
    await assert.rejects(images.build('node:22-bookworm-slim', stoppedAt(moment)), /stopped by the test/);
    await trial.assertNothingLeft();
  }
  assert.deepEqual(await images.ensure('node:22-bookworm-slim', watched()), before);
});

test('An image that is built anew takes the names of the old one, which goes.', async () => {
  const images = trial.images();
  const old = await images.ensure('node:22-slim', watched());
  const made = await images.build('node:22-bookworm-slim', watched());
  assert.notEqual(made.id, old.id);
  assert.equal((await images.ensure('node:22-slim', watched())).id, made.id);
  assert.equal(await imageDetails(trial.docker, old.id), undefined);
  await assert.rejects(images.build('node:22', watched()), failsWith('E_NOT_FOUND', /no recipe for node:22/));
});

test('What an earlier run left when it was killed is removed before the next image is made.', async () => {
  const left = await createContainer(trial.docker, trial.names.baseBuild('left'), {
    Image: `${trial.prefix}/debian:bookworm-slim`,
  });
  await mkdtemp(join(trial.workFolder, 'image-'));
  await assert.rejects(
    trial.images().build('node:22-slim', stoppedAt(/^Downloading/)),
    /stopped by the test/,
  );
  assert.deepEqual(await containersNamed(trial.docker, trial.names.baseBuild('')), [], left);
  await trial.assertNothingLeft();
});
