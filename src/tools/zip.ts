import { buffer } from 'node:stream/consumers';
import { getFileNameLowLevel, openPromise, type Entry, type ZipFile } from 'yauzl';
import { ArchiveError, type ArchiveEntry } from './archive.ts';

/**
 * The entries of a zip file, in the order of its table of contents. Throws ArchiveError for what is no whole zip file,
 * is encrypted, or holds more than its table of contents says. `onCommit` is called at the end with the commit that
 * `git archive` wrote as the zip's comment.
 */
export async function* readZip(
  file: string,
  onCommit: (commit: string) => void,
): AsyncGenerator<ArchiveEntry> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false, decodeStrings: false }).catch(
    zipError,
  );
  try {
    for await (const entry of zip.eachEntry()) yield await archiveEntry(zip, entry);
    const comment = String(zip.comment);
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(comment)) onCommit(comment);
  } catch (error) {
    zipError(error);
  } finally {
    zip.close();
  }
}

const unixKinds = { mask: 0o170000, file: 0o100000, folder: 0o040000, symlink: 0o120000 } as const;

/** Longest target of a symlink, in bytes. */
const longestTarget = 4096;

async function archiveEntry(zip: ZipFile, entry: Entry): Promise<ArchiveEntry> {
  if (entry.isEncrypted()) throw new ArchiveError('invalid', 'it is encrypted');
  const path = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
  const mode = unixMode(entry);
  const kind = kindOf(path, mode);
  const content = { [Symbol.asyncIterator]: () => contentOf(zip, entry) };
  const target =
    kind === 'symlink' && entry.uncompressedSize <= longestTarget ? String(await buffer(content)) : '';
  const size = kind === 'file' ? entry.uncompressedSize : 0;
  return { path, kind, executable: (mode & 0o111) !== 0, size, target, content };
}

/** Mode of the file where the zip was made on a Unix; 0 where it was not. */
function unixMode({ versionMadeBy, externalFileAttributes }: Entry): number {
  return versionMadeBy >>> 8 === 3 ? externalFileAttributes >>> 16 : 0;
}

function kindOf(path: string, mode: number): ArchiveEntry['kind'] {
  const kind = mode & unixKinds.mask;
  if (path.endsWith('/')) return 'folder';
  if (kind === unixKinds.symlink) return 'symlink';
  return kind === 0 || kind === unixKinds.file ? 'file' : 'other';
}

async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  try {
    yield* await zip.openReadStreamPromise(entry);
  } catch (error) {
    zipError(error);
  }
}

/** The library's own errors, and zlib's, say what is wrong with the file; those of the system are thrown on. */
function zipError(error: unknown): never {
  if (!(error instanceof Error) || error instanceof ArchiveError) throw error;
  const code = 'code' in error ? String(error.code) : '';
  if (code !== '' && !code.startsWith('Z_')) throw error;
  throw new ArchiveError('invalid', error.message, error);
}
