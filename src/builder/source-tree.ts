import { copyFile, mkdir, readdir, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { constants, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Failure, messageOf, systemCode } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { failure, orDiskFull } from '../model/failures.ts';
import { ArchiveError, type ArchiveEntry } from '../tools/archive.ts';
import { readTar } from '../tools/tar.ts';
import { readZip } from '../tools/zip.ts';
import { archiveLimit, sourceLimits, type SourceLimits } from './source-limits.ts';
import { TreeShape } from './tree-shape.ts';

export interface UnpackOptions {
  readonly type: 'tar' | 'tar.gz' | 'zip';
  /** A single folder at the top, as archives from forges have, is taken off. */
  readonly stripSingleFolder?: boolean;
  readonly limits?: SourceLimits;
}

export interface Unpacked {
  /** The commit that `git archive` wrote into the archive, or null. */
  readonly commit: string | null;
}

/**
 * Unpacks an archive into a folder, which is made and must not be there yet. Only files, folders, and symlinks that
 * stay inside come out; of permissions only the right to execute. When it throws, what was unpacked is still there.
 * Throws E_SOURCE (cut, broken, or with what no source has), E_SOURCE_PATH, E_SOURCE_TOO_LARGE, E_DISK_FULL.
 */
export async function unpackArchive(
  archive: Readable,
  folder: string,
  options: UnpackOptions,
): Promise<Unpacked> {
  const limits = options.limits ?? sourceLimits;
  try {
    await mkdir(folder, { mode: 0o700 });
    if (options.type === 'zip') return await unpackZip(archive, folder, { ...options, limits });
    return await unpackTar(archive, folder, { ...options, limits });
  } catch (error) {
    throw sourceFailure(error, options.type);
  } finally {
    archive.destroy();
  }
}

type Unpacking = Required<Pick<UnpackOptions, 'limits'>> & UnpackOptions;

async function unpackTar(archive: Readable, folder: string, options: Unpacking): Promise<Unpacked> {
  const found = new FoundCommit();
  const tar = options.type === 'tar.gz' ? gunzip(archive) : archive;
  const entries = readTar(tar, { limit: archiveLimit(options.limits), onCommit: found.take });
  await unpackEntries(entries, folder, options);
  return found;
}

/** A zip has its table of contents at its end, so it is kept in a file beside the folder meanwhile. */
async function unpackZip(archive: Readable, folder: string, options: Unpacking): Promise<Unpacked> {
  const found = new FoundCommit();
  const file = `${folder}.zip`;
  try {
    await pipeline(
      limited(archive, options.limits.bytes),
      createWriteStream(file, { flags: 'wx', mode: 0o600 }),
    );
    await unpackEntries(readZip(file, found.take), folder, options);
    return found;
  } finally {
    await rm(file, { force: true });
  }
}

class FoundCommit implements Unpacked {
  commit: string | null = null;
  readonly take = (commit: string): void => {
    this.commit = commit;
  };
}

async function* limited(source: Readable, limit: number): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > limit) throw new ArchiveError('large', `it has more than ${limit} bytes`);
    yield chunk;
  }
}

/** Errors of the source must reach the reader of the unpacked bytes, which `pipe` alone would not do. */
function gunzip(archive: Readable): Readable {
  const unpacked = createGunzip();
  pipeline(archive, unpacked).catch(() => {});
  return unpacked;
}

async function unpackEntries(
  entries: AsyncIterable<ArchiveEntry>,
  folder: string,
  options: Unpacking,
): Promise<void> {
  const shape = new TreeShape(options.limits);
  for await (const entry of entries) await unpackEntry(entry, shape, folder);
  if (options.stripSingleFolder) await stripSingleFolder(folder, shape);
}

async function unpackEntry(entry: ArchiveEntry, shape: TreeShape, folder: string): Promise<void> {
  const { kind, path } = entry;
  if (kind === 'other') {
    throw failure('E_SOURCE', `The source was refused: ${JSON.stringify(path)} is no file, folder or link`);
  }
  const placement = shape.place({ ...entry, kind });
  // A link to itself, by another spelling of its path.
  if (placement.source === placement.path) return;
  for (const missing of placement.folders) await mkdir(join(folder, missing));
  const place = join(folder, placement.path);
  if (placement.replaces) await rm(place);
  if (kind === 'folder') await mkdir(place).catch(ignoreExisting);
  else if (kind === 'symlink') await symlink(entry.target, place);
  else if (placement.source === undefined) await writeNew(place, entry);
  else await copyFile(join(folder, placement.source), place, constants.COPYFILE_EXCL);
}

/** Makes a new file only: nothing that is there, and no link, is ever written through. */
async function writeNew(place: string, { content, executable }: ArchiveEntry): Promise<void> {
  await pipeline(content, createWriteStream(place, { flags: 'wx', mode: executable ? 0o755 : 0o644 }));
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

function sourceFailure(error: unknown, type: UnpackOptions['type']): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof ArchiveError && error.kind === 'large') {
    return failure('E_SOURCE_TOO_LARGE', `The source is too large: ${error.message}`, { cause: error });
  }
  const code = systemCode(error) ?? '';
  if (error instanceof ArchiveError || code.startsWith('Z_')) {
    return failure('E_SOURCE', `The source is no whole ${type} archive: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (['ECONNRESET', 'ABORT_ERR', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) {
    return failure('E_SOURCE', 'The source was not sent to its end', { cause: error });
  }
  return orDiskFull(error);
}
