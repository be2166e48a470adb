import { dirname, join } from 'node:path/posix';
import type { Failure } from '../base/failure.ts';
import { failure } from '../model/failures.ts';
import type { SourceLimits } from './source-limits.ts';

/** Something that an archive wants to put into a tree. Sizes in bytes; `target` of a link as it was written. */
export interface Placed {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'symlink' | 'hardlink';
  readonly size: number;
  readonly target: string;
}

/** What is to be done for it, in paths of the tree. */
export interface Placement {
  /** Plain path; empty: the tree's own folder. */
  readonly path: string;
  /** Folders that must be made first, the highest first. */
  readonly folders: readonly string[];
  /** Something of this path was placed before and must go first. */
  readonly replaces: boolean;
  /** The file that a hard link shares its content with. */
  readonly source: string | undefined;
}

type Kind = 'file' | 'folder' | 'symlink';

/**
 * Decides for each entry of an archive where it goes in an empty tree, and refuses what would leave the tree: absolute
 * paths, `..`, links that point out, anything below a link. It only remembers; writing is for others. Throws
 * E_SOURCE_PATH, E_SOURCE_TOO_LARGE, E_SOURCE.
 */
export class TreeShape {
  readonly #limits: SourceLimits;
  readonly #kinds = new Map<string, Kind>([['', 'folder']]);
  readonly #sizes = new Map<string, number>();
  readonly #links = new Map<string, string>();
  #entries = 0;
  #bytes = 0;

  constructor(limits: SourceLimits) {
    this.#limits = limits;
  }

  place(entry: Placed): Placement {
    this.#entries += 1;
    if (this.#entries > this.#limits.entries)
      throw tooLarge(`more than ${this.#limits.entries} files and folders`);
    const path = this.#plainPath(entry.path);
    if (path === '' && entry.kind !== 'folder')
      throw outside(`${JSON.stringify(entry.path)} is the tree itself`);
    const source = entry.kind === 'hardlink' ? this.#hardlinkSource(entry) : undefined;
    const size = source === undefined ? entry.size : (this.#sizes.get(source) ?? 0);
    this.#grow(size);
    const folders = this.#missingFolders(path);
    const replaces = this.#take(path, entry);
    for (const folder of folders) this.#kinds.set(folder, 'folder');
    this.#sizes.set(path, size);
    return { path, folders, replaces, source };
  }

  /** The name of the only folder at the top, or undefined where there is more or something else. */
  singleFolder(): string | undefined {
    const top = [...this.#kinds.keys()].filter((path) => path !== '' && !path.includes('/'));
    const [name] = top;
    return top.length === 1 && name !== undefined && this.#kinds.get(name) === 'folder' ? name : undefined;
  }

  /** Throws E_SOURCE_PATH where a link below the folder leads out of it, though not out of the tree. */
  checkLinksStayIn(folder: string): void {
    for (const [path, target] of this.#links) {
      if (target !== folder && !target.startsWith(`${folder}/`)) throw linkOutside(path, target);
    }
  }

  #plainPath(text: string): string {
    const shown = JSON.stringify(text.slice(0, 200));
    if (text.startsWith('/')) throw outside(`${shown} is an absolute path`);
    if (/[\0\n]/.test(text)) throw outside(`${shown} has a newline or a NUL in its name`);
    // What the archive's reader made of bytes that are no UTF-8: two such names could become one.
    if (text.includes('\uFFFD'))
      throw failure('E_SOURCE', `The name ${shown} is not in UTF-8`, { hint: 'rename the file' });
    const parts = text.split('/').filter((part) => part !== '' && part !== '.');
    if (parts.includes('..')) throw outside(`${shown} leads out of its folder`);
    if (parts.some((part) => Buffer.byteLength(part) > 255))
      throw outside(`${shown}... has a name of more than 255 bytes`);
    const path = parts.join('/');
    if (Buffer.byteLength(path) > this.#limits.path)
      throw outside(`${shown}... is longer than ${this.#limits.path} bytes`);
    return path;
  }

  #hardlinkSource(entry: Placed): string {
    const source = this.#plainPath(entry.target);
    if (this.#kinds.get(source) === 'file') return source;
    throw outside(`${JSON.stringify(entry.path)} is a hard link to what is no file of the archive`);
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.bytes)
      throw tooLarge(`more than ${Math.floor(this.#limits.bytes / 1024 ** 2)} MiB`);
  }

  #missingFolders(path: string): string[] {
    const missing: string[] = [];
    for (let folder = parent(path); ; folder = parent(folder)) {
      const kind = this.#kinds.get(folder);
      if (kind === 'folder') return missing.toReversed();
      if (kind !== undefined)
        throw outside(`${JSON.stringify(path)} lies below ${folder}, which is a ${kind}`);
      missing.push(folder);
    }
  }

  /** Remembers the entry; says whether it replaces another. Only files and links can be replaced. */
  #take(path: string, entry: Placed): boolean {
    const kind: Kind = entry.kind === 'hardlink' ? 'file' : entry.kind;
    const before = this.#kinds.get(path);
    if (before === 'folder' || (before !== undefined && kind === 'folder')) {
      if (before !== kind)
        throw outside(`${JSON.stringify(path)} is there twice, as ${before} and as ${kind}`);
      return false;
    }
    this.#links.delete(path);
    if (kind === 'symlink') this.#links.set(path, linkTarget(path, entry.target));
    this.#kinds.set(path, kind);
    return before !== undefined;
  }
}

/**
 * Where a symlink points to, as a path of the tree. `..` may stand in front only: behind the name of another link it
 * would start from that one's target, and a target that looks harmless could lie outside.
 */
function linkTarget(path: string, target: string): string {
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const up = parts.findLastIndex((part) => part === '..') + 1;
  const twisted = parts.slice(0, up).some((part) => part !== '..');
  const place = join(dirname(path), ...parts);
  const leaves = target === '' || target.startsWith('/') || place === '..' || place.startsWith('../');
  if (twisted || leaves || /[\0\n]/.test(target)) throw linkOutside(path, target);
  return place === '.' ? '' : place;
}

function parent(path: string): string {
  const folder = dirname(path);
  return folder === '.' ? '' : folder;
}

function linkOutside(path: string, target: string): Failure {
  return outside(`the link ${path} points out of the tree, to ${JSON.stringify(target)}`);
}

function outside(what: string): Failure {
  return failure('E_SOURCE_PATH', `The source was refused: ${what}`);
}

function tooLarge(what: string): Failure {
  return failure('E_SOURCE_TOO_LARGE', `The source has ${what}`);
}
