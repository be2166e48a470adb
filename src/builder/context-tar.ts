import type { Dirent } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { failure } from '../model/failures.ts';
import { writeTar, type TarMember } from '../tools/tar.ts';
import { ignoreRules, type IgnoreRules } from './docker-ignore.ts';
import { readTreeFile } from './tree-file.ts';

/** What stands in place of the tree's own Dockerfile, so that a changed copy leaves the tree as it is. */
export interface ContextDockerfile {
  readonly path: string;
  readonly text: string;
}

export interface ContextOptions {
  readonly dockerfile: ContextDockerfile;
  /** Folder of the tar that the tree is in; none: the tree is its top, and the Dockerfile takes the place of one there. */
  readonly below?: string;
  /** Patterns of what is left out besides what the tree itself leaves out. */
  readonly ignore?: readonly string[];
  /** Further folders, whole, each with its place in the tar. Only with `below`. */
  readonly beside?: readonly { readonly path: string; readonly folder: string }[];
}

/**
 * A tree as the tar that a build gets: names sorted, all times and owners zero, permissions 644 or 755, so that an
 * equal tree gives equal bytes and the whole build comes from the cache. What `<Dockerfile>.dockerignore`, else
 * `.dockerignore`, names is left out, but never the Dockerfile itself. Symlinks stay links; pipes and devices are
 * left out. Throws E_SOURCE for an ignore file that cannot be read.
 */
export async function contextTar(tree: string, options: ContextOptions): Promise<Readable> {
  return writeTar(members(tree, options, await rulesOf(tree, options)));
}

/** Longest ignore file, in bytes: each of its patterns is tried on each path. */
const longestRules = 64 * 1024;

async function rulesOf(tree: string, { dockerfile, ignore = [] }: ContextOptions): Promise<IgnoreRules> {
  const more = ignore.map((pattern) => `${pattern}\n`).join('');
  for (const file of [`${dockerfile.path}.dockerignore`, '.dockerignore']) {
    const found = await readTreeFile(tree, file, longestRules);
    // The tree's own patterns are last, and may take something in again.
    if (found.kind === 'text') return ignoreRules(more + found.text, file);
    if (found.kind !== 'missing')
      throw failure('E_SOURCE', `${file} is no plain file of the source of at most 64 KiB`);
  }
  return ignoreRules(more, '.dockerignore');
}

async function* members(
  tree: string,
  options: ContextOptions,
  rules: IgnoreRules,
): AsyncGenerator<TarMember> {
  const { dockerfile } = options;
  const folders = new Set<string>();
  // First the folder itself: BuildKit knows a tar by its first header, and a long name would put another kind there.
  yield { kind: 'folder', path: './' };
  for (const folder of missingFolders(dockerfile.path, folders)) yield folder;
  yield { kind: 'file', path: dockerfile.path, content: Buffer.from(dockerfile.text) };
  for await (const member of copied(tree, options, rules)) {
    if (member.path === dockerfile.path) continue;
    for (const folder of missingFolders(member.path, folders)) yield folder;
    if (member.kind !== 'folder' || !folders.has(member.path)) yield member;
    if (member.kind === 'folder') folders.add(member.path);
  }
}

const noRules = ignoreRules('', '.dockerignore');

/** What the tree and the folders beside it have, each in its place. */
async function* copied(
  tree: string,
  { below, beside = [] }: ContextOptions,
  rules: IgnoreRules,
): AsyncGenerator<TarMember> {
  const all = [{ path: below, folder: tree, rules }, ...beside.map((more) => ({ ...more, rules: noRules }))];
  for (const root of all) {
    for await (const { path, entry } of walk(root.folder, '', root.rules)) {
      const place = root.path === undefined ? path : `${root.path}/${path}`;
      const member = await memberOf(join(root.folder, path), place, entry);
      if (member) yield member;
    }
  }
}

interface Found {
  readonly path: string;
  readonly entry: Dirent;
}

/** What of a folder is not ignored, depth first, by name. */
async function* walk(tree: string, folder: string, rules: IgnoreRules): AsyncGenerator<Found> {
  const entries = await readdir(join(tree, folder), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    const ignored = rules.ignores(path);
    if (!ignored) yield { path, entry };
    if (entry.isDirectory() && (!ignored || rules.hasExceptions)) yield* walk(tree, path, rules);
  }
}

async function memberOf(place: string, path: string, entry: Dirent): Promise<TarMember | undefined> {
  if (entry.isDirectory()) return { kind: 'folder', path };
  if (entry.isSymbolicLink()) return { kind: 'link', path, target: await readlink(place) };
  if (!entry.isFile()) return undefined;
  return { kind: 'copy', path, file: place };
}

/** The folders above a path that are not in the tar yet: an ignored folder may hold a file that is not. */
function missingFolders(path: string, folders: Set<string>): TarMember[] {
  const missing: TarMember[] = [];
  for (let folder = dirname(path); folder !== '.' && !folders.has(folder); folder = dirname(folder)) {
    folders.add(folder);
    missing.unshift({ kind: 'folder', path: folder });
  }
  return missing;
}
