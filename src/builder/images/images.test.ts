import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silent } from '../../model/line.ts';
import { Failure } from '../../base/failure.ts';
import { Names } from '../../model/names.ts';
import { Docker } from '../../tools/docker.ts';
import { DockerImages } from './images.ts';

test('The image of an app is not given to another, under none of its names.', async () => {
  const names = new Names('main');
  const images = new DockerImages({ docker: new Docker('/nowhere.sock'), names, workFolder: '/nowhere' });
  const { signal } = new AbortController();
  const image = names.image('shop', 1);
  for (const name of [image, `docker.io/${image}`, `index.docker.io/${image}`])
    await assert.rejects(
      images.ensure(name, { out: silent, signal }),
      (error: unknown) => error instanceof Failure && error.code === 'E_IMAGE_UNAVAILABLE',
      name,
    );
});
