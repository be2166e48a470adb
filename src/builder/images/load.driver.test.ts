import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { ensureTestImage } from '../../../test/machine/test-image.ts';
import { failsWith, TrialImages } from '../../../test/machine/trial-images.ts';
import { deleteImage, tagImage } from '../../tools/docker-images.ts';
import type { DockerImages } from './images.ts';

let trial: TrialImages;
let images: DockerImages;
let name: string;
let id: string;
let archive: Buffer;
const { signal } = new AbortController();

before(async () => {
  trial = await TrialImages.open();
  images = trial.images({ nameFor: (plain) => plain });
  name = `${trial.prefix}/saved:1`;
  id = await ensureTestImage(trial.docker);
  await tagImage(trial.docker, id, name);
  archive = await buffer(await trial.docker.stream('GET', `/images/${name}/get`));
  await deleteImage(trial.docker, name);
});

after(() => trial.close());

test('An archive of docker save is taken in, and gives the image of the name.', async () => {
  assert.deepEqual(await trial.tags(), []);
  const image = await images.load(Readable.from([archive]), name, signal);
  assert.deepEqual([image.id, image.digest], [id, null]);
  assert.deepEqual(await trial.tags(), [name]);
});

test('A name that the archive does not have is refused with those that it has.', async () => {
  await assert.rejects(
    images.load(Readable.from([archive]), 'other:1', signal),
    failsWith('E_IMAGE_UNAVAILABLE', /^The archive has no image other:1$/),
  );
});

test('What is no archive of images is refused as that.', async () => {
  for (const junk of [Buffer.from('junk'), Buffer.alloc(10_240)]) {
    const refused = failsWith('E_SOURCE', /^This is no archive of docker save: |no image/);
    await assert.rejects(images.load(Readable.from([junk]), name, signal), refused);
  }
});
