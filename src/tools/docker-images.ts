import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { readTar } from './tar.ts';
import { type Docker, DockerError, ifThere } from './docker.ts';

const details = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  /** `NAME@sha256:...`, of each registry that it was pulled from. */
  RepoDigests: z.array(z.string()).nullish(),
  /** ISO time. */
  Created: z.string().nullish(),
  /** Bytes. */
  Size: z.number(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }).nullish(),
  Config: z
    .object({
      Labels: z.record(z.string(), z.string()).nullish(),
      /** `NAME=value` */
      Env: z.array(z.string()).nullish(),
    })
    .nullish(),
});

export type ImageDetails = z.infer<typeof details>;

/** What an image is started with; words as in the Engine API. */
export interface ImageConfig {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
}

/** Name and tag as the API takes them apart. */
export interface Tag {
  readonly repo: string;
  readonly tag: string;
}

/** `node:22-slim` and `host:5000/node:22-slim` taken apart. */
export function splitTag(name: string): Tag {
  const at = name.lastIndexOf(':');
  return at > name.lastIndexOf('/')
    ? { repo: name.slice(0, at), tag: name.slice(at + 1) }
    : { repo: name, tag: 'latest' };
}

/** Names, size, age and labels of an image, or undefined where it is not here. */
export async function imageDetails(docker: Docker, name: string): Promise<ImageDetails | undefined> {
  const image = docker.json('GET', `/images/${name}/json`);
  return ifThere(image.then((found) => details.parse(found)));
}

/** Gives an image one more name; an image that had the name loses it. */
export async function tagImage(docker: Docker, id: string, name: string): Promise<void> {
  await docker.json('POST', `/images/${id}/tag`, { query: { ...splitTag(name) } });
}

/**
 * Takes a name off an image; the image goes with its last one. Without force: DockerError 409 where a container
 * uses the image and no other name keeps it.
 */
export async function deleteImage(docker: Docker, name: string): Promise<void> {
  await docker.json('DELETE', `/images/${name}`);
}

const pruned = z.object({
  ImagesDeleted: z.array(z.object({ Deleted: z.string().optional() })).nullish(),
});

/**
 * Removes the images with a label (`name=value`) that have no name and no container; gives how many layers went: 0 where
 * Docker is at such work for somebody else, which it does not do twice at once.
 */
export async function pruneUntagged(docker: Docker, label: string): Promise<number> {
  const filters = JSON.stringify({ dangling: ['true'], label: [label] });
  const answer = pruned.parse(
    await docker.json('POST', '/images/prune', { query: { filters } }).catch((error: unknown) => {
      if (error instanceof DockerError && error.status === 409) return {};
      throw error;
    }),
  );
  return (answer.ImagesDeleted ?? []).filter(({ Deleted }) => Deleted !== undefined).length;
}

/** An image of one layer from a tar of a whole file system; `changes` are lines of a Dockerfile. */
export async function importImage(
  docker: Docker,
  file: string,
  image: Tag & { changes: readonly string[] },
): Promise<void> {
  let refused: string | undefined;
  await docker.jsonLines('POST', '/images/create', {
    query: { fromSrc: '-', repo: image.repo, tag: image.tag, changes: image.changes.join('\n') },
    headers: { 'Content-Type': 'application/x-tar' },
    body: createReadStream(file),
    onValue: (value) => {
      const failed = z.object({ error: z.string() }).safeParse(value);
      if (failed.success) refused = failed.data.error;
    },
  });
  if (refused !== undefined) throw new DockerError(500, refused);
}

/** Takes in an archive of `docker save`; gives the names of the images in it. */
export async function loadImages(docker: Docker, archive: Readable, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  let refused: string | undefined;
  const answer = z.object({ stream: z.string().optional(), error: z.string().optional() });
  await docker.jsonLines('POST', '/images/load', {
    headers: { 'Content-Type': 'application/x-tar' },
    body: archive,
    signal,
    onValue: (value) => {
      const { stream = '', error } = answer.parse(value);
      refused ??= error;
      // `Loaded image ID: sha256:...` tells of one without a name.
      names.push(...[...stream.matchAll(/^Loaded image: (\S+)$/gm)].map(([, name = '']) => name));
    },
  });
  if (refused !== undefined) throw new DockerError(500, refused);
  return names;
}

/** Unpacks a tar, gzipped or not, into a folder that a container has. */
export async function unpackInto(
  docker: Docker,
  container: string,
  from: { folder: string; archive: string | Uint8Array; signal: AbortSignal },
): Promise<void> {
  await docker.json('PUT', `/containers/${container}/archive`, {
    query: { path: from.folder },
    headers: { 'Content-Type': 'application/x-tar' },
    body: typeof from.archive === 'string' ? createReadStream(from.archive) : from.archive,
    signal: from.signal,
  });
}

/** The text of a file of an image; undefined where it has none of that path. No program of the image runs. */
export async function readFromImage(
  docker: Docker,
  image: string,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  const made = await docker.json('POST', '/containers/create', {
    body: { Image: image, Cmd: ['none'], NetworkDisabled: true },
    signal,
  });
  const { Id: container } = z.object({ Id: z.string() }).parse(made);
  try {
    const query = { path };
    const archive = await ifThere(
      docker.stream('GET', `/containers/${container}/archive`, { query, signal }),
    );
    if (!archive) return undefined;
    for await (const entry of readTar(archive, { limit: longestFile }))
      if (entry.kind === 'file') return await text(Readable.from(entry.content));
    return undefined;
  } finally {
    await docker.json('DELETE', `/containers/${container}`, { query: { force: true } });
  }
}

/** Bytes of an archive with one file that is read. */
const longestFile = 1024 * 1024;

/** Makes what a container has become an image: its files and the image config, to which the base's is added. */
export async function commitContainer(
  docker: Docker,
  container: string,
  image: Tag & { config: ImageConfig },
): Promise<void> {
  const { repo, tag, config } = image;
  await docker.json('POST', '/commit', { query: { container, repo, tag }, body: config });
}
