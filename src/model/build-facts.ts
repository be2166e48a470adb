/** What the image of a release was made of, and by what; kept with the release. */
export interface BuildFacts {
  /** Name of the builder, or `image`: it was taken as it is. */
  readonly builder: string;
  /** The images that the build began with or copied from. */
  readonly bases: readonly BaseFact[];
  /** What was detected in the source. */
  readonly language: string | null;
  /** Hash of what was decided from the source before the build. */
  readonly plan: string | null;
  /** Hash of the files that it was built from. */
  readonly watched: string | null;
}

/** What a name meant when the build took the image of that name. */
export interface BaseFact {
  /** The shortest one: `node:22-slim`. */
  readonly name: string;
  /** `sha256:...` */
  readonly id: string;
  /** Digest in the registry it was pulled from, or null. */
  readonly digest: string | null;
  readonly from: ImageOrigin | null;
}

/** `packages`: built here; `registry`: pulled. Null in its place: neither, somebody brought it. */
export type ImageOrigin = 'packages' | 'registry';

/** The fact of an image that is known with more around it. */
export function baseOf({ name, id, digest, from }: BaseFact): BaseFact {
  return { name, id, digest, from };
}

/** `sha256:... (packages)` */
export function baseText({ id, digest, from }: BaseFact): string {
  return `${digest ?? id}${from === null ? '' : ` (${from})`}`;
}
