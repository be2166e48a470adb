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
export async function writeAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
): Promise<void> {
  const temp = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const mode = options.mode ?? 0o600;
    const file = await open(temp, 'wx', mode);
    await fill(file, content, mode);
    if (options.uid !== undefined && options.gid !== undefined) await chown(temp, options.uid, options.gid);
    await moveIntoPlace(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
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

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
