import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { systemCode } from '../base/failure.ts';
import { makeFolder, moveIntoPlace } from '../base/files.ts';
import { failure } from '../model/failures.ts';
import type { BackupTarget, StoredObject } from './backup.ts';
import { checkObjectName } from './object-name.ts';

/** Backups as files of a folder of this machine, for slipwayd alone. */
export class LocalTarget implements BackupTarget {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(
    name: string,
    source: Readable,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<{ readonly bytes: number; readonly sha256: string }> {
    const path = this.#path(name);
    await makeFolder(dirname(path));
    const temp = tempOf(path);
    const meter = meterOf();
    try {
      const file = await open(temp, 'w', 0o600);
      try {
        await file.writeFile(meter.metered(source), { signal });
        await file.sync();
      } finally {
        await file.close();
      }
      await moveIntoPlace(temp, path);
    } catch (error) {
      await rm(temp, { force: true });
      throw signal.aborted ? signal.reason : error;
    }
    return { bytes: meter.bytes(), sha256: meter.sha256() };
  }

  async read(name: string): Promise<Readable> {
    const path = this.#path(name);
    await stat(path).catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') throw failure('E_NOT_FOUND', `There is no backup ${name} any more`);
      throw error;
    });
    return createReadStream(path, { highWaterMark: 256 * 1024 });
  }

  async list(prefix: string): Promise<readonly StoredObject[]> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(noneThere);
    const paths = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => relative(this.#folder, path).startsWith(prefix));
    return Promise.all(
      paths.sort().map(async (path) => {
        const { size, mtimeMs } = await stat(path);
        return { name: relative(this.#folder, path), bytes: size, at: Math.floor(mtimeMs) };
      }),
    );
  }

  async remove(name: string): Promise<void> {
    const path = this.#path(name);
    await rm(path, { force: true });
    await rm(tempOf(path), { force: true });
  }

  async check(): Promise<void> {
    await makeFolder(this.#folder);
  }

  #path(name: string): string {
    return join(this.#folder, checkObjectName(name));
  }
}

/** The same for each try, so that what a killed slipwayd left is found. */
function tempOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.part`);
}

function noneThere(error: unknown): never[] {
  if (systemCode(error) === 'ENOENT') return [];
  throw error;
}

/** Counts and hashes what goes through. */
function meterOf() {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* metered(source: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  return { metered, bytes: () => bytes, sha256: () => hash.digest('hex') };
}
