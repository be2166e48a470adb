import type { Readable } from 'node:stream';
import type { Secret } from '../base/secret.ts';
import type { BuildWishes } from '../model/build-wishes.ts';
import type { Out } from '../model/line.ts';

/** Source -> image. One row per way to build; the pure choice among them is model/choose-builder.ts. */
export interface Builder {
  readonly name: string;
  build(request: BuildRequest): Promise<BuiltImage>;
  /** Whether the programs that it needs are on this machine; one without this needs none. */
  usable?(): Promise<boolean>;
}

export interface BuildRequest {
  readonly app: string;
  readonly deploy: number;
  /** Folder with the source, unpacked, its paths checked. */
  readonly tree: string;
  /** The tag that the image gets. */
  readonly reference: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Config of the app, for builders that hand it to build steps as secrets. */
  readonly config: Readonly<Record<string, Secret>>;
  /** Path of the Dockerfile within the tree, where the app sets one. */
  readonly dockerfile: string;
  /** What app.json asks of the build. */
  readonly wishes: BuildWishes;
  /** Type -> line, or null without a Procfile. */
  readonly procfile: Readonly<Record<string, string>> | null;
  /** Classic buildpacks, in their order, for the builder that uses them. */
  readonly buildpacks?: readonly Buildpack[];
  readonly out: Out;
  readonly signal: AbortSignal;
}

export interface Buildpack {
  /** As it was named, for people. */
  readonly name: string;
  readonly type: 'tar' | 'tar.gz';
  /** Its files; asked for once. */
  archive(): Readable;
}

export interface BuiltImage {
  /** `sha256:...` */
  readonly id: string;
  readonly digest: string | null;
  /** Exposed TCP ports, lowest first. */
  readonly ports: readonly number[];
  /** What its processes run, where the builder decides it: type -> line; else the Procfile does, or the image's own command. */
  readonly processes?: Readonly<Record<string, string>>;
}

/** Images on this machine and where they come from. */
export interface Images {
  /**
   * Makes sure that an image is here: local first, else pulled, else built from the distribution's packages where
   * there is a recipe for its name; says in `out` which. Throws E_IMAGE_UNAVAILABLE.
   */
  ensure(reference: string, options: { out: Out; signal: AbortSignal }): Promise<BuiltImage>;
  /**
   * Takes in an archive of `docker save`, with all names in it, and gives the image of this name. Throws E_SOURCE for what
   * is no such archive, E_IMAGE_UNAVAILABLE where it does not have that name.
   */
  load(archive: Readable, reference: string, signal: AbortSignal): Promise<BuiltImage>;
  tag(id: string, reference: string): Promise<void>;
  /** Whether a registry answers, as far as is known: else only what is here, or has a recipe, can be had. */
  reachable(): Promise<boolean>;
  /** Removes a tag of ours; the image goes with its last tag. A tag that is gone already is fine. */
  untag(reference: string): Promise<void>;
  /** The tags of all apps' images that are here, those of apps that are gone too. */
  appTags(): Promise<readonly string[]>;
  /** Removes what was built for apps and has no tag and no container any more; gives how many images and layers went. */
  removeUntagged(): Promise<number>;
  /** All images that there is a recipe for, and whether they are here. */
  list(): Promise<readonly BaseImage[]>;
  /** Builds the recipe's image anew. Throws E_NOT_FOUND for a name without a recipe. */
  build(name: string, options: { out: Out; signal: AbortSignal }): Promise<BuiltImage>;
}

export interface BaseImage {
  readonly name: string;
  readonly present: boolean;
  readonly bytes: number | null;
  /** `packages` for one built here, `registry` for one pulled, null where it is not here. */
  readonly from: 'packages' | 'registry' | null;
  readonly createdAt: number | null;
}

/** Where the sources of deploys are kept, each in a folder of its own. */
export interface Sources {
  /**
   * Unpacks an archive as the source of a deploy, its paths and sizes checked. Gives the folder, and the commit where
   * git wrote one into the archive. Throws E_SOURCE, E_SOURCE_PATH, E_SOURCE_TOO_LARGE; then nothing is left.
   */
  receive(deploy: number, archive: Readable, options: ReceiveOptions): Promise<SourceTree>;
  /** The folder of a deploy's source while it is kept, else undefined. */
  find(deploy: number): Promise<SourceTree | undefined>;
  /** Fetches an archive. Throws E_DOWNLOAD. */
  download(url: string, signal: AbortSignal): Promise<Readable>;
  /** Text of a file of the tree that is small and no way out of the tree, or undefined where it is not there. */
  readText(tree: SourceTree, path: string): Promise<string | undefined>;
  /** Names at the top of the tree. */
  names(tree: SourceTree): Promise<readonly string[]>;
  remove(deploy: number): Promise<void>;
  /** The deploys whose source is kept. */
  list(): Promise<readonly number[]>;
  /** Removes all sources but those of these deploys. */
  keepOnly(deploys: ReadonlySet<number>): Promise<void>;
}

export interface SourceTree {
  readonly folder: string;
  readonly revision: string | null;
}

export interface ReceiveOptions {
  readonly type: 'tar' | 'tar.gz' | 'zip';
  /** A single folder at the top, as archives from forges have, is taken off. */
  readonly strip: boolean;
  readonly signal: AbortSignal;
}
