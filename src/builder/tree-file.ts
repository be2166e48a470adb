import { constants } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import { systemCode } from '../base/failure.ts';

/** A text of a source tree, or why there is none: no file, a way out of the tree, a folder or device, too large. */
export type TreeFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' | 'outside' | 'not-plain' | 'too-large' };

/**
 * Reads a file by its path within a tree, following symlinks as long as they stay within; at most `largest` bytes.
 * Nothing outside is read, not even through a link that is changed meanwhile.
 */
export async function readTreeFile(tree: string, path: string, largest: number): Promise<TreeFile> {
  const root = await realpath(tree);
  const inside = pathWithin(path);
  const file = inside === undefined ? undefined : await realFile(join(root, inside));
  if (inside === undefined) return { kind: 'outside' };
  if (file === undefined) return { kind: 'missing' };
  return file.startsWith(root + sep) ? readPlain(file, largest) : { kind: 'outside' };
}

/** The folder at a path within a tree, at the end of its links; undefined where there is none, or not within the tree. */
export async function folderWithin(tree: string, path: string): Promise<string | undefined> {
  const root = await realpath(tree);
  const inside = pathWithin(path);
  const folder = inside === undefined ? undefined : await realFile(join(root, inside));
  if (folder === undefined || !folder.startsWith(root + sep)) return undefined;
  return (await stat(folder)).isDirectory() ? folder : undefined;
}

/** A path within a tree in its plain form, `./a//b` as `a/b`; undefined for one that leads out or names no file. */
export function pathWithin(path: string): string | undefined {
  const plain = normalize(path);
  const outside = plain.startsWith('/') || plain === '..' || plain.startsWith('../');
  return outside || plain === '.' || plain.endsWith('/') || /[\0\n]/.test(plain) ? undefined : plain;
}

async function realFile(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (leadsNowhere(error)) return undefined;
    throw error;
  }
}

/** Whether a path could not be followed because there is nothing at its end. */
export function leadsNowhere(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(systemCode(error) ?? '');
}

async function readPlain(file: string, largest: number): Promise<TreeFile> {
  // Without waiting for a writer, should it be a pipe; and the links of the path were followed to their end before.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile()) return { kind: 'not-plain' };
    if (found.size > largest) return { kind: 'too-large' };
    return { kind: 'text', text: await handle.readFile('utf8') };
  } finally {
    await handle.close();
  }
}
