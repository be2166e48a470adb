import { copyFile, mkdir, readdir, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { constants, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Failure, messageOf, systemCode } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { failure } from '../model/failures.ts';
import { readTar, TarError, type TarEntry } from '../tools/tar.ts';
import { archiveLimit, sourceLimits, type SourceLimits } from './source-limits.ts';
import { TreeShape, type Placed, type Placement } from './tree-shape.ts';

export interface UnpackOptions {
  /** Packed with gzip. */
  readonly gzip?: boolean;
  /** A single folder at the top, as archives from forges have, is taken off. */
  readonly stripSingleFolder?: boolean;
  readonly limits?: SourceLimits;
}

export interface Unpacked {
  /** The commit that `git archive` wrote into the tar, or null. */
  readonly commit: string | null;
}

/**
 * Unpacks a tar into a folder, which is made and must not be there yet. Only files, folders, and symlinks that stay
 * inside come out; of permissions only the right to execute. When it throws, what was unpacked is still there.
 * Throws E_SOURCE (cut, broken, or with what no source has), E_SOURCE_PATH, E_SOURCE_TOO_LARGE, E_DISK_FULL.
 */
export async function unpackTar(
  archive: Readable,
  folder: string,
  options: UnpackOptions = {},
): Promise<Unpacked> {
  const limits = options.limits ?? sourceLimits;
  const shape = new TreeShape(limits);
  let commit: string | null = null;
  const tar = options.gzip ? gunzip(archive) : archive;
  try {
    await mkdir(folder, { mode: 0o700 });
    const onCommit = (found: string) => {
      commit = found;
    };
    for await (const entry of readTar(tar, { limit: archiveLimit(limits), onCommit })) {
      await unpackEntry(entry, shape, folder);
    }
    if (options.stripSingleFolder) await stripSingleFolder(folder, shape);
    return { commit };
  } catch (error) {
    throw sourceFailure(error);
  } finally {
    archive.destroy();
  }
}

/** Errors of the source must reach the reader of the unpacked bytes, which `pipe` alone would not do. */
function gunzip(archive: Readable): Readable {
  const unpacked = createGunzip();
  pipeline(archive, unpacked).catch(() => {});
  return unpacked;
}

async function unpackEntry(entry: TarEntry, shape: TreeShape, folder: string): Promise<void> {
  const placement = shape.place(placed(entry));
  for (const missing of placement.folders) await mkdir(join(folder, missing));
  const place = join(folder, placement.path);
  if (placement.replaces) await rm(place);
  await put(entry, placement, { folder, place });
}

const kinds: Partial<Record<NonNullable<TarEntry['kind']>, Placed['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'symlink',
  link: 'hardlink',
};

function placed(entry: TarEntry): Placed {
  const kind = entry.kind === null ? undefined : kinds[entry.kind];
  if (kind) return { path: entry.path, kind, size: kind === 'file' ? entry.size : 0, target: entry.target };
  const what = entry.kind ?? 'thing of an unknown kind';
  throw failure('E_SOURCE', `The source was refused: ${JSON.stringify(entry.path)} is a ${what}`);
}

async function put(
  entry: TarEntry,
  placement: Placement,
  { folder, place }: { folder: string; place: string },
): Promise<void> {
  if (entry.kind === 'directory') {
    await mkdir(place).catch(ignoreExisting);
  } else if (entry.kind === 'symlink') {
    await symlink(entry.target, place);
  } else if (placement.source !== undefined) {
    await copyFile(join(folder, placement.source), place, constants.COPYFILE_EXCL);
  } else {
    // 'wx' makes a new file only: nothing that is there, and no link, is ever written through.
    const mode = (entry.mode & 0o111) === 0 ? 0o644 : 0o755;
    await pipeline(entry.content, createWriteStream(place, { flags: 'wx', mode }));
  }
}

function ignoreExisting(error: unknown): void {
  if (systemCode(error) !== 'EEXIST') throw error;
}

async function stripSingleFolder(folder: string, shape: TreeShape): Promise<void> {
  const name = shape.singleFolder();
  if (name === undefined) return;
  shape.checkLinksStayIn(name);
  // By way of another name: the folder may hold something of its own name.
  const aside = join(folder, `.${randomId(16)}`);
  await rename(join(folder, name), aside);
  for (const inner of await readdir(aside)) await rename(join(aside, inner), join(folder, inner));
  await rmdir(aside);
}

function sourceFailure(error: unknown): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof TarError && error.kind === 'large') {
    return failure('E_SOURCE_TOO_LARGE', `The source is too large: ${error.message}`, { cause: error });
  }
  if (error instanceof TarError)
    return failure('E_SOURCE', `The source is no whole tar: ${error.message}`, { cause: error });
  const code = systemCode(error) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return failure('E_DISK_FULL', 'The disk is full', { cause: error });
  if (code.startsWith('Z_'))
    return failure('E_SOURCE', `The source is no whole gzip file: ${messageOf(error)}`, { cause: error });
  if (['ECONNRESET', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) {
    return failure('E_SOURCE', 'The source was not sent to its end', { cause: error });
  }
  return error;
}
