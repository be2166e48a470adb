import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { systemClock, type Clock } from '../../base/clock.ts';
import { makeFolder } from '../../base/files.ts';
import { failure } from '../../model/failures.ts';
import type { ImageSettings } from '../../model/image-settings.ts';
import type { Out } from '../../model/line.ts';
import { dockerFailure } from '../../model/docker-failure.ts';
import { labels, type Names } from '../../model/names.ts';
import { containersNamed, deleteContainer } from '../../tools/docker-containers.ts';
import { deleteImage, imageDetails, loadImages, pruneUntagged, tagImage } from '../../tools/docker-images.ts';
import { tagsBelow } from '../../tools/docker-survey.ts';
import { type Docker, DockerError } from '../../tools/docker.ts';
import type { BaseImage, Images, ImageUpdate, LocalImage } from '../builder.ts';
import { megabytes, recipeHint, refuseAppImage, unavailable, whyRecipe } from './image-answers.ts';
import { inDocker } from '../in-docker.ts';
import { inspectImage } from '../inspect-image.ts';
import { makeDebian } from './make-debian.ts';
import { makeLayer } from './make-layer.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { Registries, type RegistryAnswer } from './registries.ts';
import { removeReplaced } from './remove-replaced.ts';
import { isOfOtherRecipe, recipeFingerprint } from './recipe-fingerprint.ts';
import { recipeFailure } from './recipe-failure.ts';
import type { Recipe } from './recipe.ts';
import { recipeFor, recipeNames } from './recipes.ts';
import { familiarName, parseReference, type Reference } from './reference.ts';
import { updateImages } from './update-images.ts';

export interface DockerImagesOptions {
  readonly docker: Docker;
  readonly names: Names;
  /** Where images in the making are kept, and nothing else; some 400 MB at a time. On a file system with devices. */
  readonly workFolder: string;
  /** As they are at the moment; without it, docker.io first, then packages. */
  readonly settings?: () => ImageSettings;
  /** Where images of other names stand in for the official ones: their names on this machine. */
  readonly nameFor?: (name: string) => string;
  /** Milliseconds until a registry must have said its first word; 10 s unless told otherwise. */
  readonly patience?: number;
  readonly clock?: Clock;
}

interface Work {
  readonly out: Out;
  readonly signal: AbortSignal;
}

const absent = {
  present: false,
  id: null,
  bytes: null,
  from: null,
  createdAt: null,
  recipeChanged: false,
} as const;

const standard: ImageSettings = { source: 'auto', mirror: null, prefix: null };

/**
 * Images of the local Docker. Base images are shared by all instances of a machine: they carry no instance's label, and
 * are removed only when somebody asks for it by name.
 */
export class DockerImages implements Images {
  readonly #options: DockerImagesOptions;
  readonly #docker: Docker;
  readonly #clock: Clock;
  readonly #queue = new OneAtATime();
  readonly #registries: Registries;
  #swept: Promise<void> | undefined;

  constructor(options: DockerImagesOptions) {
    this.#options = options;
    this.#docker = options.docker;
    this.#clock = options.clock ?? systemClock;
    this.#registries = new Registries({
      docker: options.docker,
      settings: () => this.#settings(),
      local: (name) => this.#local(name),
      patience: options.patience ?? 10_000,
      clock: this.#clock,
    });
  }

  async ensure(reference: string, work: Work): Promise<LocalImage> {
    const wanted = parseReference(reference);
    refuseAppImage(familiarName(wanted));
    return inDocker(
      async () => (await this.#here(familiarName(wanted))) ?? (await this.#fetch(wanted, work)),
    );
  }

  async build(name: string, work: Work): Promise<LocalImage> {
    const official = familiarName(parseReference(name));
    const recipe = recipeFor(official);
    if (!recipe) throw failure('E_NOT_FOUND', `There is no recipe for ${official}`, { hint: recipeHint() });
    return inDocker(async () => {
      await this.#queue.run(recipe.name, work.signal, () => this.#replace(recipe, work));
      return this.#named(recipe, official);
    });
  }

  async load(archive: Readable, reference: string, signal: AbortSignal): Promise<LocalImage> {
    const name = familiarName(parseReference(reference));
    const loaded = await loadImages(this.#docker, archive, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error instanceof DockerError && error.status >= 400
        ? failure('E_SOURCE', `This is no archive of docker save: ${error.message}`, { cause: error })
        : error;
    });
    const names = loaded.map((one) => familiarName(parseReference(one)));
    const image = names.includes(name) ? await inDocker(() => this.#here(name)) : undefined;
    if (image) return image;
    throw failure('E_IMAGE_UNAVAILABLE', `The archive has no image ${name}`, {
      hint: names.length > 0 ? `it has: ${names.join(', ')}` : 'give it a name: docker save NAME:TAG',
    });
  }

  async tag(id: string, reference: string): Promise<void> {
    const name = familiarName(parseReference(reference));
    await inDocker(() => tagImage(this.#docker, id, name));
  }

  async untag(reference: string): Promise<void> {
    const name = familiarName(parseReference(reference));
    try {
      await deleteImage(this.#docker, name);
    } catch (error) {
      if (error instanceof DockerError && error.status === 404) return;
      if (error instanceof DockerError && error.status === 409) {
        throw failure('E_BUSY', `A container still uses ${name}`, {
          hint: 'remove the container first',
          cause: error,
        });
      }
      throw error instanceof DockerError ? dockerFailure(error) : error;
    }
  }

  appTags(): Promise<readonly string[]> {
    return inDocker(() => tagsBelow(this.#docker, this.#options.names.imagesOf()));
  }

  removeUntagged(): Promise<number> {
    const own = `${labels.instance}=${this.#options.names.instance}`;
    return inDocker(() => pruneUntagged(this.#docker, own));
  }

  reachable(): Promise<boolean> {
    return inDocker(() => this.#registries.reachable());
  }

  list(further: readonly string[] = []): Promise<readonly BaseImage[]> {
    const names = new Set([...recipeNames(), ...further]);
    return inDocker(() => Promise.all([...names].map((name) => this.#describe(name))));
  }

  async #describe(name: string): Promise<BaseImage> {
    const image = await imageDetails(this.#docker, this.#local(name));
    if (!image) return { ...absent, name };
    const { from } = (await this.#here(name)) ?? { from: null };
    const recipe = from === 'packages' ? recipeFor(name) : undefined;
    const createdAt = Date.parse(image.Created ?? '');
    return {
      name,
      present: true,
      id: image.Id,
      bytes: image.Size,
      from,
      // Tools that want the same image twice say the year 1.
      createdAt: createdAt > 0 ? createdAt : null,
      recipeChanged: recipe !== undefined && isOfOtherRecipe(image, recipe),
    };
  }

  find(name: string): Promise<LocalImage | undefined> {
    return inDocker(() => this.#here(familiarName(parseReference(name))));
  }

  update(names: readonly string[], work: Work): Promise<readonly ImageUpdate[]> {
    const official = names.map((name) => familiarName(parseReference(name)));
    const { docker, names: ours } = this.#options;
    return updateImages(official, {
      ...work,
      docker,
      names: ours,
      source: this.#settings().source,
      local: (name) => this.#local(name),
      sourcesOf: (name) => this.#registries.namesOf(parseReference(name)).map(familiarName),
      find: (name) => this.find(name),
      rebuild: (name) => this.build(name, work),
      pull: (name) => inDocker(() => this.#pullAnew(parseReference(name), work)),
    });
  }

  #pullAnew(wanted: Reference, work: Work): Promise<void> {
    const name = familiarName(wanted);
    return this.#queue.run(`fetch ${name}`, work.signal, async () => {
      const answer = await this.#registries.ask(wanted, work);
      if (answer?.kind !== 'pulled') throw unavailable(name, answer);
    });
  }

  #fetch(wanted: Reference, work: Work): Promise<LocalImage> {
    const name = familiarName(wanted);
    return this.#queue.run(`fetch ${name}`, work.signal, async () => {
      const here = (await this.#here(name)) ?? (await this.#adopt(wanted, work));
      if (here) return here;
      const answer = await this.#registries.ask(wanted, work);
      const pulled = answer?.kind === 'pulled' ? await this.#here(name) : undefined;
      return pulled ?? (await this.#instead(name, answer, work));
    });
  }

  async #adopt(wanted: Reference, work: Work): Promise<LocalImage | undefined> {
    return (await this.#registries.adopt(wanted, work)) ? this.#here(familiarName(wanted)) : undefined;
  }

  /** Makes by a recipe what no registry gave. */
  async #instead(name: string, answer: RegistryAnswer | undefined, work: Work): Promise<LocalImage> {
    const recipe = this.#settings().source === 'registry' ? undefined : recipeFor(name);
    if (!recipe) throw unavailable(name, answer);
    await this.#queue.run(recipe.name, work.signal, async () => {
      if (await this.#here(recipe.name)) return;
      work.out.step(
        `${whyRecipe(name, answer)} from the distribution's packages (about ${recipe.seconds} s)`,
      );
      await this.#make(recipe, work);
    });
    return this.#named(recipe, name);
  }

  /** Makes it anew; the names of the old image move on to the new one. */
  async #replace(recipe: Recipe, work: Work): Promise<void> {
    const old = await this.#here(recipe.name);
    await this.#make(recipe, work);
    if (!old) return;
    for (const alias of recipe.aliases) {
      if ((await this.#here(alias))?.id === old.id)
        await tagImage(this.#docker, this.#local(recipe.name), this.#local(alias));
    }
    await removeReplaced(this.#docker, old.id);
  }

  async #make(recipe: Recipe, work: Work): Promise<void> {
    await this.#sweep();
    const began = this.#clock.now();
    const base = recipe.make.kind === 'layer' ? recipe.make.base : undefined;
    if (base !== undefined) await this.ensure(base, work);
    await makeFolder(this.#options.workFolder);
    const folder = await mkdtemp(join(this.#options.workFolder, 'image-'));
    const { docker, names } = this.#options;
    const local = { tag: this.#local(recipe.name), base: base === undefined ? '' : this.#local(base) };
    try {
      const fingerprint = recipeFingerprint(recipe);
      const making = { docker, names, name: recipe.name, fingerprint, ...local, folder, ...work };
      await (recipe.make.kind === 'layer' ? makeLayer(recipe.make, making) : makeDebian(recipe.make, making));
    } catch (error) {
      work.signal.throwIfAborted();
      throw recipeFailure(error, recipe.name);
    } finally {
      await removeFolder(folder);
    }
    const size = (await imageDetails(docker, local.tag))?.Size ?? 0;
    work.out.detail(
      `Built ${recipe.name}: ${megabytes(size)} in ${Math.round((this.#clock.now() - began) / 1000)} s`,
    );
  }

  /** The image of a recipe, which is here, under one of the recipe's names. */
  async #named(recipe: Recipe, name: string): Promise<LocalImage> {
    if (name !== recipe.name) await tagImage(this.#docker, this.#local(recipe.name), this.#local(name));
    const image = await this.#here(name);
    if (!image) throw failure('E_BUSY', `${name} was removed while it was made`);
    return image;
  }

  async #here(name: string): Promise<LocalImage | undefined> {
    const image = await inspectImage(this.#docker, this.#local(name));
    return image && { ...image, name };
  }

  #settings(): ImageSettings {
    return this.#options.settings?.() ?? standard;
  }

  #local(name: string): string {
    return this.#options.nameFor?.(name) ?? name;
  }

  /** Once in the life of a program: what an earlier one of this instance left when it was killed. */
  #sweep(): Promise<void> {
    this.#swept ??= this.#removeLeftovers().catch((error: unknown) => {
      this.#swept = undefined;
      throw error;
    });
    return this.#swept;
  }

  async #removeLeftovers(): Promise<void> {
    const containers = await containersNamed(this.#docker, this.#options.names.baseBuild(''));
    for (const id of containers) await deleteContainer(this.#docker, id);
    await makeFolder(this.#options.workFolder);
    const folders = (await readdir(this.#options.workFolder)).filter((name) => name.startsWith('image-'));
    for (const folder of folders) await removeFolder(join(this.#options.workFolder, folder));
  }
}

/** A program that was killed a moment ago may still write: then it is tried again. */
function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
