import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type MuteServer, startMuteServer } from '../../../test/machine/mute-server.ts';
import { startTinyRegistry, type TinyRegistry } from '../../../test/machine/tiny-registry.ts';
import { failsWith, stoppedAt, TrialImages, watched } from '../../../test/machine/trial-images.ts';
import { Failure } from '../../base/failure.ts';
import { createContainer, deleteContainer } from '../../tools/docker-containers.ts';
import { imageDetails } from '../../tools/docker-images.ts';

let trial: TrialImages;
let registry: TinyRegistry;
let mute: MuteServer;

before(async () => {
  trial = await TrialImages.open();
  registry = await startTinyRegistry();
  mute = await startMuteServer();
});

after(async () => {
  await trial.close(registry.host);
  await registry.close();
  mute.close();
});

test('A tag is put on an image and taken off again, but not while a container needs it.', async () => {
  const images = trial.images();
  const name = `${registry.host}/tiny:1`;
  const { id } = await trial.images({ source: 'registry', nameFor: (name) => name }).ensure(name, watched());
  await images.tag(id, `${trial.prefix}/kept:1`);
  await images.untag(name);
  const container = await createContainer(trial.docker, `${trial.prefix}-tag`, { Image: id, Cmd: ['x'] });
  await assert.rejects(images.untag(`${trial.prefix}/kept:1`), failsWith('E_BUSY', /still uses/));
  await deleteContainer(trial.docker, container);
  await images.untag(`${trial.prefix}/kept:1`);
  await images.untag(`${trial.prefix}/kept:1`);
  assert.equal(await imageDetails(trial.docker, id), undefined);
});

test('An image that a registry has is pulled, with its digest and ports.', async () => {
  const images = trial.images({ source: 'auto', nameFor: (name) => name });
  const work = watched();
  const image = await images.ensure(`${registry.host}/tiny:1`, work);
  assert.match(image.digest ?? '', /^sha256:/);
  assert.deepEqual([image.ports, image.from], [[8080], 'registry']);
  assert.deepEqual(
    work.lines.map((line) => line.text),
    [`Pulling ${registry.host}/tiny:1`, 'Pulled 0 MB'],
  );
  const again = watched();
  const name = `${registry.host}/tiny@${image.digest}`;
  assert.deepEqual(await images.ensure(`${registry.host}/tiny:1@${image.digest}`, again), { ...image, name });
  assert.deepEqual(again.lines, []);
});

test('A registry that answers "not found" is quoted.', async () => {
  const images = trial.images({ source: 'auto', nameFor: (name) => name });
  await assert.rejects(
    images.ensure(`${registry.host}/other:1`, watched()),
    failsWith('E_IMAGE_UNAVAILABLE', /does not give .*other:1: .*(unknown|not found)/),
  );
});

test('A recipe that takes the place of what a registry refused says so.', async () => {
  const images = trial.images({ source: 'auto', nameFor: (name) => `${registry.host}/${name}` });
  const work = stoppedAt(/^The registry/);
  await assert.rejects(images.ensure('debian:bookworm-slim', work), /stopped by the test/);
  const said = work.lines.map((line) => line.text);
  assert.equal(said[0], 'Pulling debian:bookworm-slim');
  assert.match(said[1] ?? '', /^The registry does not give debian:bookworm-slim \(.+\); building it from/);
  await trial.assertNothingLeft();
});

test('A registry that is silent is given up, and not asked again for a while.', async () => {
  const name = `${mute.host}/app`;
  const images = trial.images({ source: 'auto', nameFor: (name) => name, patience: 300 });
  await assert.rejects(
    images.ensure(`${name}:1`, watched()),
    failsWith('E_REGISTRY_DOWN', /no registry answers \(no answer within 0.3 s\)/),
  );
  const before = mute.held.length;
  assert.ok(before > 0);
  await assert.rejects(
    images.ensure(`${name}:2`, watched()),
    failsWith('E_REGISTRY_DOWN', /no registry answers/),
  );
  assert.equal(mute.held.length, before);
});

test('Where no registry can be reached, an image without a recipe is refused, with those that there are recipes for.', async () => {
  const images = trial.images({ source: 'auto', nameFor: (name) => name });
  await assert.rejects(images.ensure('localhost:1/app:1', watched()), (error) => {
    assert.ok(error instanceof Failure && error.code === 'E_REGISTRY_DOWN');
    assert.match(
      error.message,
      /localhost:1\/app:1 is not on this machine, and no registry answers \(.*connection refused/,
    );
    assert.match(error.hint ?? '', /debian:bookworm-slim.*node:22-slim/);
    return true;
  });
  await assert.rejects(
    trial.images().ensure('alpine:3', watched()),
    failsWith('E_IMAGE_UNAVAILABLE', /registries are switched off/),
  );
  await assert.rejects(
    images.ensure('no image', watched()),
    failsWith('E_INPUT', /not the name of an image/),
  );
});
