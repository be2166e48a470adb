import { Failure } from '../../base/failure.ts';
import type { ImageSource } from '../../model/image-settings.ts';
import type { Out } from '../../model/line.ts';
import { type ImageDetails, imageDetails } from '../../tools/docker-images.ts';
import type { ImageUpdate, LocalImage } from '../builder.ts';
import { type Looking, whyOutdated } from './newer-parts.ts';
import { recipeFor } from './recipes.ts';
import type { Recipe } from './recipe.ts';

export interface Updating extends Omit<Looking, 'recipe'> {
  readonly out: Out;
  readonly source: ImageSource;
  /** The names that registries are asked for an image by. */
  readonly sourcesOf: (name: string) => readonly string[];
  readonly find: (name: string) => Promise<LocalImage | undefined>;
  readonly rebuild: (name: string) => Promise<LocalImage>;
  /** Throws where no registry gives it. */
  readonly pull: (name: string) => Promise<void>;
}

/** What is told of an image that is not touched. */
type Verdict = Omit<ImageUpdate, 'name' | 'id'>;

const current: Verdict = { outcome: 'current', reason: null };

/** Brings images up to date, by their names as `familiarName` gives them; see `Images.update`. */
export async function updateImages(
  names: readonly string[],
  updating: Updating,
): Promise<readonly ImageUpdate[]> {
  const done = new Map<string, ImageUpdate>();
  /** Id of an image -> what is told of it, by whichever of its names. */
  const known = new Map<string, Verdict>();
  for (const name of withBases(names)) {
    updating.signal.throwIfAborted();
    const image = await updating.find(name);
    if (!image) continue;
    const verdict = await orFailed(updating, () => update(image, { ...updating, known }));
    const id = (await updating.find(name))?.id ?? image.id;
    if (verdict.outcome !== 'failed') known.set(id, verdict);
    done.set(name, { name, id, ...verdict });
  }
  return [...done.values()];
}

/** The names, before each those of the images that its recipe builds upon. */
export function withBases(names: readonly string[]): readonly string[] {
  const all = names.flatMap((name) => {
    const make = recipeFor(name)?.make;
    return make?.kind === 'layer' ? [...withBases([make.base]), name] : [name];
  });
  return [...new Set(all)];
}

async function orFailed(
  { out, signal }: Pick<Updating, 'out' | 'signal'>,
  work: () => Promise<Verdict>,
): Promise<Verdict> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
    out.warning(`${error.code}: ${error.message}`);
    return { outcome: 'failed', reason: error.message };
  }
}

type UpdatingOne = Updating & { readonly known: ReadonlyMap<string, Verdict> };

function update(image: LocalImage, updating: UpdatingOne): Promise<Verdict> {
  const recipe = recipeFor(image.name);
  const isByRecipe = updating.source === 'auto' ? image.from === 'packages' : updating.source === 'packages';
  return recipe && isByRecipe ? makeAnew(image, recipe, updating) : pullAnew(image, updating);
}

async function makeAnew(image: LocalImage, recipe: Recipe, updating: UpdatingOne): Promise<Verdict> {
  const { docker, local, out, known } = updating;
  const told = known.get(image.id);
  if (told) return told;
  out.step(`Looking through ${image.name}`);
  const details = await imageDetails(docker, local(image.name));
  const reason = details && (await whyMade(image, details, { ...updating, recipe }));
  if (reason === undefined) {
    out.detail('Nothing in it has a newer version');
    return current;
  }
  out.step(`Building ${image.name} anew (${reason}), about ${recipe.seconds} s`);
  await updating.rebuild(image.name);
  return { outcome: 'updated', reason };
}

async function whyMade(
  image: LocalImage,
  details: ImageDetails,
  looking: Looking,
): Promise<string | undefined> {
  return image.from === 'packages'
    ? whyOutdated(details, looking)
    : 'images come from packages, and it does not';
}

async function pullAnew(image: LocalImage, updating: Updating): Promise<Verdict> {
  const { name } = image;
  const refused = await whyNotPulled(image, updating);
  if (refused !== undefined) {
    updating.out.detail(`${name} is left as it is: ${refused}`);
    return { outcome: 'skipped', reason: refused };
  }
  await updating.pull(name);
  const isSame = (await updating.find(name))?.id === image.id;
  updating.out.detail(isSame ? 'It is the one that is here' : 'It is another one than before');
  return isSame ? current : { outcome: 'updated', reason: 'the registry has another one' };
}

/** A name is not asked of a registry that its image did not come from, unless there is only one that it can mean. */
async function whyNotPulled(
  { name }: LocalImage,
  { docker, local, source, sourcesOf }: Updating,
): Promise<string | undefined> {
  if (source === 'packages') return 'registries are switched off, and there is no recipe for it';
  if (name.includes('@')) return 'a name with a digest means this one image';
  if (recipeFor(name)) return undefined;
  const digests = (await imageDetails(docker, local(name)))?.RepoDigests ?? [];
  const known = new Set([name, ...sourcesOf(name)].map(withoutTag));
  return digests.some((digest) => known.has(withoutTag(digest)))
    ? undefined
    : 'it did not come from a registry under this name';
}

/** `host:5000/team/app` of `host:5000/team/app:1` and of `host:5000/team/app@sha256:...` */
function withoutTag(name: string): string {
  return name.replace(/@.*$/, '').replace(/:[^:/]+$/, '');
}
