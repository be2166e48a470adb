import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { failure } from '../../model/failures.ts';
import { leadsNowhere, pathWithin } from '../tree-file.ts';

/** A source as detection sees it: the paths of all its files, and the texts of the few that it asks for. */
export interface SourceView {
  /** Sorted, folders divided by `/`; without what is in `.git` and in any `node_modules`. */
  readonly paths: readonly string[];
  /** Whether there is a file, or a folder, at this path. */
  has(path: string): boolean;
  /** Undefined where there is no such file. Throws E_BUILD_PLAN for one that is no plain text of at most 1 MiB. */
  text(path: string): string | undefined;
}

/** Largest file that detection reads, in bytes. */
const largest = 1024 * 1024;

/** Folders whose content no language looks at. */
const unseen = new Set(['.git', 'node_modules']);

/** Looks over a folder with a source; only names are read until a text is asked for. */
export async function viewFolder(folder: string): Promise<SourceView> {
  const { paths, folders } = await walk(folder, '');
  return viewOf(paths.toSorted(), new Set(folders), (path) => readWithin(folder, path));
}

/** A view of files that are at hand: path -> text. */
export function viewOfTexts(files: Readonly<Record<string, string>>): SourceView {
  const paths = Object.keys(files).toSorted();
  const folders = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_part, at) => parts.slice(0, at + 1).join('/'));
  });
  return viewOf(paths, new Set(folders), (path) => (Object.hasOwn(files, path) ? files[path] : undefined));
}

function viewOf(
  paths: readonly string[],
  folders: ReadonlySet<string>,
  read: (path: string) => string | undefined,
): SourceView {
  const files = new Set(paths);
  const texts = new Map<string, string | undefined>();
  return {
    paths,
    has: (path) => files.has(path) || folders.has(path),
    text: (path) => {
      if (!texts.has(path)) texts.set(path, read(path)?.replace(/^\uFEFF/, ''));
      return texts.get(path);
    },
  };
}

interface Walked {
  readonly paths: string[];
  readonly folders: string[];
}

async function walk(root: string, folder: string): Promise<Walked> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const at = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => at(name));
  const paths = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => at(name));
  const below = folders.filter((path) => !unseen.has(path.slice(path.lastIndexOf('/') + 1)));
  const deeper = await Promise.all(below.map((path) => walk(root, path)));
  return {
    paths: paths.concat(...deeper.map((found) => found.paths)),
    folders: folders.concat(...deeper.map((found) => found.folders)),
  };
}

/** A file of a tree, at the end of its links as long as they stay within. Small, so that reading it holds up nothing. */
function readWithin(tree: string, path: string): string | undefined {
  const root = realpathSync(tree);
  const inside = pathWithin(path);
  const real = inside === undefined ? undefined : realPath(join(root, inside));
  if (real === undefined) return undefined;
  if (!real.startsWith(root + sep)) throw unreadable(path, 'leads out of the source');
  const handle = openSync(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(handle);
    if (found.isDirectory()) return undefined;
    if (!found.isFile()) throw unreadable(path, 'is no plain file');
    if (found.size > largest) throw unreadable(path, 'is larger than 1 MiB');
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (leadsNowhere(error)) return undefined;
    throw error;
  }
}

function unreadable(path: string, why: string): Error {
  return failure('E_BUILD_PLAN', `${path} ${why}`, { hint: 'commit it as a plain, small text file' });
}
