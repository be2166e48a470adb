import type { Readable } from 'node:stream';
import type { Secret } from '../base/secret.ts';
import type { BaseFact, ImageOrigin } from '../model/build-facts.ts';
import type { BuildLimits } from '../model/build-limits.ts';
import type { BuildWishes } from '../model/build-wishes.ts';
import type { ImageUse } from '../model/disk-use.ts';
import type { Out } from '../model/line.ts';
import type { BuildPlan } from './detect/plan.ts';
import type { CachePlan } from '../model/plan-disk.ts';

/** Source -> image. One row per way to build; the pure choice among them is model/choose-builder.ts. */
export interface Builder {
  readonly name: string;
  build(request: BuildRequest): Promise<BuiltImage>;
  /** What `build` would build. Throws what that throws for a source that cannot be built as it is. */
  plan(request: PlanRequest): Promise<PlannedBuild>;
  /** Whether the programs that it needs are on this machine; one without this needs none. */
  usable?(): Promise<boolean>;
}

export type PlanRequest = Pick<
  BuildRequest,
  'app' | 'tree' | 'config' | 'dockerfile' | 'target' | 'buildArgs' | 'wishes' | 'procfile'
>;

export interface PlannedBuild {
  /** Text of a Dockerfile that builds the same: the source's own, or what stands in for it. */
  readonly dockerfile: string;
  /** The images that it begins with or copies from. */
  readonly bases: readonly string[];
  /** TCP ports that it exposes itself, lowest first. */
  readonly ports: readonly number[];
  /** What processes run, where the builder decides it: type -> line. */
  readonly processes?: Readonly<Record<string, string>>;
  /** What was found in the source and decided from it; null where its own Dockerfile says everything. */
  readonly detected: BuildPlan | null;
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
  /** The stage of it that is built; null: the last one. */
  readonly target: string | null;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** What sets the caches of its steps apart from those of other apps; nobody else can guess it. */
  readonly cacheScope: string;
  /** What app.json asks of the build. */
  readonly wishes: BuildWishes;
  /** Type -> line, or null without a Procfile. */
  readonly procfile: Readonly<Record<string, string>> | null;
  readonly limits: BuildLimits;
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
  /** What the source was found to be, where somebody looked: `node`. */
  readonly language?: string;
  /** The images that it was built from, where it was built. */
  readonly bases?: readonly BaseFact[];
  /** What its processes run, where the builder decides it: type -> line; else the Procfile does, or the image's own command. */
  readonly processes?: Readonly<Record<string, string>>;
}

/** An image of this machine, by one of its names. */
export interface LocalImage extends BuiltImage, BaseFact {}

/** Images on this machine and where they come from. */
export interface Images {
  /**
   * Makes sure that an image is here: local first, else pulled, else built from the distribution's packages where
   * there is a recipe for its name; says in `out` which. Throws E_IMAGE_UNAVAILABLE.
   */
  ensure(reference: string, options: { out: Out; signal: AbortSignal }): Promise<LocalImage>;
  /**
   * Takes in an archive of `docker save`, with all names in it, and gives the image of this name. Throws E_SOURCE for what
   * is no such archive, E_IMAGE_UNAVAILABLE where it does not have that name.
   */
  load(archive: Readable, reference: string, signal: AbortSignal): Promise<LocalImage>;
  tag(id: string, reference: string): Promise<void>;
  /** Removes a tag of ours; the image goes with its last tag. A tag that is gone already is fine. */
  untag(reference: string): Promise<void>;
  /** The tags of all apps' images that are here, those of apps that are gone too. */
  appTags(): Promise<readonly string[]>;
  /** Removes what was built for apps and has no tag and no container any more; gives how many images and layers went. */
  removeUntagged(): Promise<number>;
  /**
   * Whether a registry for official names answers: else only what is here, or has a recipe, can be had. Asked at most every ten minutes,
   * and waited for at most 2 s; false where images come from packages only, true where from a registry only.
   */
  reachable(): Promise<boolean>;
  /** All images that there is a recipe for, and further ones, and whether they are here. */
  list(further?: readonly string[]): Promise<readonly BaseImage[]>;
  /** Builds the recipe's image anew. Throws E_NOT_FOUND for a name without a recipe. */
  build(name: string, options: { out: Out; signal: AbortSignal }): Promise<LocalImage>;
  /** The image that has this name here. */
  find(name: string): Promise<LocalImage | undefined>;
  /**
   * Brings images that are here up to date: one from packages is made anew where something in it has a newer version, and
   * before it the one that it builds upon; one from a registry is pulled again. Goes on with the next where one fails.
   */
  update(
    names: readonly string[],
    options: { out: Out; signal: AbortSignal },
  ): Promise<readonly ImageUpdate[]>;
}

/** What became of one image of an update. */
export interface ImageUpdate {
  readonly name: string;
  /** What the name means now. */
  readonly id: string;
  /** `skipped`: it is nowhere known where a newer one would come from. */
  readonly outcome: 'updated' | 'current' | 'skipped' | 'failed';
  /** Why it was made anew, was skipped, or failed. */
  readonly reason: string | null;
}

export interface BaseImage {
  readonly name: string;
  readonly present: boolean;
  readonly id: string | null;
  readonly bytes: number | null;
  /** Null too where it is not here. */
  readonly from: ImageOrigin | null;
  readonly createdAt: number | null;
  /** Made here, by another recipe than that of now. */
  readonly recipeChanged: boolean;
}

/** What images and the build cache take of the disk. */
export interface ImageDisk {
  /** The folder that they lie in; null where it is not on this machine. Fast. */
  folder(): Promise<string | null>;
  /** What they take now. Slow: half a second and more. */
  use(): Promise<ImageUse>;
  /** Removes what was used the longest ago of the build cache, as planned; gives how many bytes went. */
  pruneCache(plan: CachePlan): Promise<number>;
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
  /** Unpacks an archive, as `receive` does, for as long as it is used. */
  briefly<T>(archive: Readable, options: ReceiveOptions, use: (tree: SourceTree) => Promise<T>): Promise<T>;
  /** A folder of a tree as a tree, or undefined where there is none at this path, or not within the tree. */
  within(tree: SourceTree, path: string): Promise<SourceTree | undefined>;
  /**
   * Hash of the paths, permissions and contents of the files that patterns of `.dockerignore` name; the same as long as
   * nothing of that has changed. Throws E_SOURCE for a pattern that cannot be read.
   */
  fingerprint(tree: SourceTree, patterns: readonly string[]): Promise<string>;
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
