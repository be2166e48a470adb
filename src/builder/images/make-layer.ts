import { buffer } from 'node:stream/consumers';
import { randomId } from '../../base/ids.ts';
import { failure } from '../../model/failures.ts';
import {
  createContainer,
  deleteContainer,
  readLog,
  startContainer,
  watchNextExit,
} from '../../tools/docker-containers.ts';
import { commitContainer, splitTag, unpackInto } from '../../tools/docker-images.ts';
import { packedVersion, packNpm } from '../../tools/npm.ts';
import { writeTar, type TarMember } from '../../tools/tar.ts';
import { layerScript } from './layer-script.ts';
import { madeLabels, type Making } from './making.ts';
import type { LayerRecipe, NpmPart } from './recipe.ts';

interface Fetched extends NpmPart {
  /** Path of the archive. */
  readonly archive: string;
}

/**
 * Makes an image in a container upon another: archives of npm packages are unpacked into it, a script installs packages
 * and puts the files in their places, and the container becomes the image. No build cache is left behind by it.
 */
export async function makeLayer(recipe: LayerRecipe, making: Making): Promise<void> {
  const parts: Fetched[] = [];
  for (const part of recipe.npm ?? []) parts.push(await fetchPart(part, making));
  const container = making.names.baseBuild(randomId());
  making.out.detail('Installing');
  try {
    await createContainer(making.docker, container, {
      Image: making.base,
      User: '0',
      WorkingDir: '/',
      Entrypoint: ['sh', '-c', layerScript(recipe)],
      HostConfig: { NetworkMode: (recipe.packages ?? []).length > 0 ? 'bridge' : 'none' },
    });
    await fill(container, { recipe, parts }, making);
    await runSetup(container, making);
    // From here on it takes a second or two: it is not stopped half-way, so that there is a whole image or none.
    await commitContainer(making.docker, container, {
      ...splitTag(making.tag),
      config: imageConfig(recipe, parts, making),
    });
  } finally {
    await deleteContainer(making.docker, container);
  }
}

async function fetchPart(part: NpmPart, { out, folder, signal }: Making): Promise<Fetched> {
  const spec = specOf(part);
  out.detail(`Downloading ${spec}`);
  return { ...part, archive: await packNpm(spec, { folder, signal }) };
}

/** What npm is asked for on this machine. */
export function specOf({ spec }: NpmPart): string {
  const arch = architecture();
  return spec.replace('ARCH', arch).replace('CPU', arch === 'arm64' ? 'aarch64' : arch);
}

/** As the names of npm packages have it. Throws for a processor that no package is made for. */
function architecture(): string {
  if (process.arch !== 'x64' && process.arch !== 'arm64')
    throw new Error(`There are no packages for ${process.arch}`);
  return process.arch;
}

async function fill(
  container: string,
  { recipe, parts }: { recipe: LayerRecipe; parts: readonly Fetched[] },
  making: Making,
): Promise<void> {
  const { docker, signal } = making;
  const archive = await buffer(writeTar(skeleton(recipe, parts)));
  await unpackInto(docker, container, { folder: '/', archive, signal });
  for (const part of parts)
    await unpackInto(docker, container, { folder: `/slipway/${part.name}`, archive: part.archive, signal });
}

/** Docker unpacks only into folders that are there. */
async function* skeleton(recipe: LayerRecipe, parts: readonly NpmPart[]): AsyncGenerator<TarMember> {
  yield { kind: 'folder', path: 'slipway' };
  for (const part of parts) yield { kind: 'folder', path: `slipway/${part.name}` };
  for (const { path, text, executable = false } of recipe.files ?? [])
    yield { kind: 'file', path, executable, content: Buffer.from(text) };
}

async function runSetup(container: string, making: Making): Promise<void> {
  const { docker, signal, name } = making;
  const exit = await watchNextExit(docker, container, signal);
  await startContainer(docker, container);
  const code = await exit.code;
  if (code === 0) return;
  const detail: string[] = [];
  await readLog(docker, container, { tail: 15, onLine: (line) => detail.push(line.text) });
  throw failure('E_IMAGE_UNAVAILABLE', `${name} could not be made: its setup ended with ${code}`, {
    detail,
    hint: 'check that this machine reaches its package mirrors',
  });
}

function imageConfig(recipe: LayerRecipe, parts: readonly Fetched[], making: Making) {
  const versions = parts.flatMap(({ versionVariable, archive }) =>
    versionVariable === undefined ? [] : [`${versionVariable}=${packedVersion(archive)}`],
  );
  return {
    // Else it would be the container's: the script.
    Entrypoint: [],
    ...recipe.config,
    Env: [...(recipe.config.Env ?? []), ...versions],
    Labels: madeLabels(making),
  };
}
