import { randomId } from '../../base/ids.ts';
import { counted } from '../../model/counted.ts';
import { failure } from '../../model/failures.ts';
import type { Names } from '../../model/names.ts';
import { shortList } from '../../model/short-list.ts';
import { parseUpgrade, simulateUpgrade } from '../../tools/apt.ts';
import {
  attachOutput,
  createContainer,
  deleteContainer,
  startContainer,
  watchNextExit,
} from '../../tools/docker-containers.ts';
import { type ImageDetails, imageDetails } from '../../tools/docker-images.ts';
import type { Docker } from '../../tools/docker.ts';
import { newestVersion } from '../../tools/npm.ts';
import { specOf } from './make-layer.ts';
import type { NpmPart, Recipe } from './recipe.ts';
import { isOfOtherRecipe } from './recipe-fingerprint.ts';
import { recipeFailure } from './recipe-failure.ts';

/** An image of a recipe that is looked through. */
export interface Looking {
  readonly docker: Docker;
  readonly names: Names;
  readonly recipe: Recipe;
  /** Name on this machine of an image of this official name. */
  readonly local: (name: string) => string;
  readonly signal: AbortSignal;
}

/**
 * Why an image that was made here would be another one if it were made now, or undefined. What costs least is looked at
 * first: the recipe, the image below, versions on npm, then the distribution's packages, of which apt in a throw-away container of
 * the image knows best; that takes some 2 s and 10 MB of lists, where making it anew takes half a minute and the whole image.
 */
export async function whyOutdated(image: ImageDetails, looking: Looking): Promise<string | undefined> {
  const { make, name } = looking.recipe;
  try {
    const layer = make.kind === 'layer' ? make : undefined;
    if (isOfOtherRecipe(image, looking.recipe)) return 'its recipe has changed';
    return (
      (layer && (await newerBase(image, layer.base, looking))) ??
      (layer && (await newerNpm(image, layer.npm ?? [], looking.signal))) ??
      (await newerPackages(image, looking))
    );
  } catch (error) {
    looking.signal.throwIfAborted();
    throw recipeFailure(error, name);
  }
}

async function newerBase(image: ImageDetails, base: string, looking: Looking): Promise<string | undefined> {
  const below = await imageDetails(looking.docker, looking.local(base));
  return below && !isUpon(layersOf(image), layersOf(below)) ? `${base} is newer` : undefined;
}

function layersOf(image: ImageDetails): readonly string[] {
  return image.RootFS?.Layers ?? [];
}

/** Whether the layers begin with those of an image below. */
export function isUpon(layers: readonly string[], below: readonly string[]): boolean {
  return below.every((layer, at) => layers[at] === layer);
}

async function newerNpm(
  image: ImageDetails,
  parts: readonly NpmPart[],
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const part of parts) {
    if (part.versionVariable === undefined) continue;
    const newest = await newestVersion(specOf(part), signal);
    const has = image.Config?.Env?.includes(`${part.versionVariable}=${newest}`);
    if (!has) return `${part.name} ${newest} is newer`;
  }
  return undefined;
}

async function newerPackages(image: ImageDetails, looking: Looking): Promise<string | undefined> {
  const { code, lines } = await run(image.Id, looking);
  if (code !== 0)
    throw failure('E_IMAGE_UNAVAILABLE', `apt-get in ${looking.recipe.name} ended with ${code}`, {
      detail: lines.slice(-5),
      hint: 'check that containers of this machine reach its package mirrors',
    });
  const newer = parseUpgrade(lines);
  return newer.length === 0 ? undefined : `${counted(newer.length, 'newer package')}: ${shortList(newer, 4)}`;
}

async function run(image: string, { docker, names, signal }: Looking) {
  const container = names.baseBuild(randomId());
  const lines: string[] = [];
  try {
    await createContainer(docker, container, {
      Image: image,
      User: '0',
      Entrypoint: ['sh', '-c', simulateUpgrade],
      HostConfig: { NetworkMode: 'bridge' },
    });
    const { end } = await attachOutput(docker, container, (line) => lines.push(line));
    const exit = await watchNextExit(docker, container, signal);
    await startContainer(docker, container);
    const code = await exit.code;
    await end;
    return { code, lines };
  } finally {
    await deleteContainer(docker, container);
  }
}
