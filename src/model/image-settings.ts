/** Where base images come from. */
export interface ImageSettings {
  readonly source: ImageSource;
  /** Registry that has the images of docker.io under their full names, `library/node`; asked in its place. */
  readonly mirror: string | null;
  /** What is put before the short name, `node:22-slim`, to ask a registry for it in place of docker.io. */
  readonly prefix: string | null;
}

export const imageSources = ['auto', 'registry', 'packages'] as const;

/** `auto`: a registry first, then packages. */
export type ImageSource = (typeof imageSources)[number];

const name = String.raw`[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?`;
/** A first word is a registry to Docker only where it has a dot, a port, or is localhost. */
const host = String.raw`(?:(?:${name}\.)+${name}(?::\d{1,5})?|${name}:\d{1,5}|localhost)`;
const path = String.raw`(?:\/[a-z0-9]+(?:[._-][a-z0-9]+)*)*`;
const mirrorShape = new RegExp(`^${host}${path}$`);
const prefixShape = new RegExp(String.raw`^${host}${path}\/$`);
const longest = 200;

/** What is wrong with the word for a source. */
export function sourceProblem(value: string): string | undefined {
  const fine = imageSources.some((source) => source === value);
  return fine ? undefined : `source is one of: ${imageSources.join(', ')}`;
}

/** What is wrong with a registry that shall be asked in place of docker.io. */
export function mirrorProblem(value: string): string | undefined {
  if (value.length <= longest && mirrorShape.test(value)) return undefined;
  return 'mirror is HOST[:PORT][/PATH] of a registry, without https:// and without a slash at its end, such as mirror.example.com:5000';
}

/** What is wrong with what shall be put before the names of images. */
export function prefixProblem(value: string): string | undefined {
  if (value.length <= longest && prefixShape.test(value)) return undefined;
  return 'prefix is HOST[:PORT]/[PATH/] of a registry, without https:// and with a slash at its end, such as registry.example.com/base/';
}
