import { createHash, type Hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, open, readdir, readlink } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { ignoreRules, type IgnoreRules } from './docker-ignore.ts';

/**
 * A hash of what of a tree the patterns name: paths, whether files may be executed, contents, targets of links. Times and
 * owners are no part of it. Patterns are those of `.dockerignore`; the last one that fits decides, and `!` takes out
 * again. Throws E_SOURCE for one that cannot be read.
 */
export async function treeFingerprint(tree: string, patterns: readonly string[]): Promise<string> {
  const rules = ignoreRules(patterns.map((pattern) => `${pattern}\n`).join(''), 'watch-paths');
  const hash = createHash('sha256');
  await addFolder(hash, { tree, folder: '', rules });
  return hash.digest('hex');
}

interface Place {
  readonly tree: string;
  /** Within the tree; empty: its top. */
  readonly folder: string;
  readonly rules: IgnoreRules;
}

async function addFolder(hash: Hash, place: Place): Promise<void> {
  const entries = await readdir(join(place.tree, place.folder), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = place.folder === '' ? entry.name : `${place.folder}/${entry.name}`;
    if (entry.isDirectory()) await addFolder(hash, { ...place, folder: path });
    else if (place.rules.ignores(path)) await addEntry(hash, { ...place, path }, entry);
  }
}

/** Each part with its length before it, so that no two trees give the same bytes. */
async function addEntry(
  hash: Hash,
  { tree, path }: { readonly tree: string; readonly path: string },
  entry: Dirent,
): Promise<void> {
  const place = join(tree, path);
  if (entry.isSymbolicLink()) {
    const target = await readlink(place);
    hash.update(`link ${Buffer.byteLength(path)} ${path} ${Buffer.byteLength(target)} ${target} `);
  } else if (entry.isFile()) {
    const { mode, size } = await lstat(place);
    hash.update(`${mode & 0o100 ? 'program' : 'file'} ${Buffer.byteLength(path)} ${path} ${size} `);
    await addContent(hash, place);
  }
}

async function addContent(hash: Hash, place: string): Promise<void> {
  const handle = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW);
  for await (const chunk of handle.createReadStream()) hash.update(chunk as Buffer);
}
