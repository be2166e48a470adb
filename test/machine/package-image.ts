import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { z } from 'zod';
import { randomId } from '../../src/base/ids.ts';
import { makeLayer } from '../../src/builder/images/make-layer.ts';
import type { LayerRecipe } from '../../src/builder/images/recipe.ts';
import { outTo } from '../../src/model/line.ts';
import { Names } from '../../src/model/names.ts';
import type { Docker } from '../../src/tools/docker.ts';
import { imageDetails } from '../../src/tools/docker-images.ts';
import { ensureBaseImages } from './base-images.ts';

/** The image of a helper of tests, made by a recipe upon a base image: once on a machine, and shared by all runs. */
export async function packageImage(docker: Docker, name: string, recipe: LayerRecipe): Promise<string> {
  const { base } = recipe;
  await ensureBaseImages(docker, ['debian:bookworm-slim', base]);
  const fingerprint = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  const tag = `slipway-test/${name}:${fingerprint}`;
  if (await imageDetails(docker, tag)) return tag;
  await makeLayer(recipe, {
    docker,
    names: new Names(`t${randomId(7)}`),
    name: tag,
    fingerprint,
    tag,
    base,
    folder: tmpdir(),
    out: outTo(({ text }) => console.error(text)),
    signal: AbortSignal.timeout(5 * 60_000),
  });
  return tag;
}

/** Address of a container in the network where builds are. */
export async function addressOf(docker: Docker, container: string): Promise<string> {
  const found = z
    .object({ NetworkSettings: z.object({ IPAddress: z.string() }) })
    .parse(await docker.json('GET', `/containers/${container}/json`));
  return found.NetworkSettings.IPAddress;
}
