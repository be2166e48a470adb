import { randomBytes } from 'node:crypto';
import { chmod, open, mkdir, readFile, rename, rm, chown, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemCode } from './failure.ts';

export interface WriteOptions {
  /** Permission bits of the new file; 0600 unless told otherwise. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Writes a whole file so that a reader, and a machine that lost power, sees the old text or the new one:
 * a new file in the same folder, synced, then renamed, then the folder synced.
 */
export function writeAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  return writeAllAtomic(new Map([[path, content]]), options);
}

/** Several files, each so; none is replaced before all are written, so that a full disk changes nothing. */
export async function writeAllAtomic(
  files: ReadonlyMap<string, string | Uint8Array>,
  options: WriteOptions = {},
): Promise<void> {
  const written = new Map<string, string>();
  try {
    for (const [path, content] of files) {
      const temp = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
      written.set(path, temp);
      await writeNew(temp, content, options);
    }
    for (const [path, temp] of written) await rename(temp, path);
  } catch (error) {
    for (const temp of written.values()) await rm(temp, { force: true });
    throw error;
  }
  for (const folder of new Set([...written.keys()].map(dirname))) await syncFolder(folder);
}

async function writeNew(
  path: string,
  content: string | Uint8Array,
  { mode = 0o600, uid, gid }: WriteOptions,
): Promise<void> {
  const file = await open(path, 'wx', mode);
  await fill(file, content, mode);
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

/** Gives a file that was written and synced its name, in one step that a loss of power does not take back. */
export async function moveIntoPlace(temp: string, path: string): Promise<void> {
  await rename(temp, path);
  await syncFolder(dirname(path));
}

/** Writes the file only when its text differs; says whether it did. */
export async function writeIfChanged(
  path: string,
  content: string,
  options: WriteOptions = {},
): Promise<boolean> {
  if ((await readIfThere(path)) === content) return false;
  await writeAtomic(path, content, options);
  return true;
}

/** The text of a file, or undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a folder and those above it, readable by its owner only unless told otherwise. */
export async function makeFolder(path: string, mode = 0o700): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode });
  // The umask of the process may have taken bits away.
  if (made !== undefined) await chmod(path, mode);
}

async function fill(file: FileHandle, content: string | Uint8Array, mode: number): Promise<void> {
  try {
    // The umask of the process may have taken bits away.
    await file.chmod(mode);
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder survive a loss of power. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
