import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { makeFolder, readIfThere } from '../base/files.ts';
import { randomId } from '../base/ids.ts';
import { failure, orDiskFull } from '../model/failures.ts';
import { shownAddress } from '../model/shown-address.ts';
import { download, DownloadError } from '../tools/download.ts';
import type { ReceiveOptions, Sources, SourceTree } from './builder.ts';
import { sourceLimits, type SourceLimits } from './source-limits.ts';
import { unpackArchive } from './source-tree.ts';
import { folderWithin, readTreeFile } from './tree-file.ts';
import { treeFingerprint } from './tree-fingerprint.ts';

export interface SourceFoldersParts {
  /** The folder that holds a folder for each deploy. Only folders with a number as name are looked at. */
  readonly folder: string;
  /** Archives may be downloaded from this machine and from private networks. */
  readonly allowPrivate: boolean;
  readonly limits?: SourceLimits;
}

/** Longest text that `readText` gives, in bytes. */
const longestText = 1024 * 1024;

/** Milliseconds without a byte after which a download is given up. */
const downloadTimeout = 30_000;

/** Sources as folders: DEPLOY/tree, and DEPLOY/revision where the commit is known. A folder that is there is whole. */
export class SourceFolders implements Sources {
  readonly #parts: SourceFoldersParts;
  readonly #limits: SourceLimits;

  constructor(parts: SourceFoldersParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? sourceLimits;
  }

  async receive(deploy: number, archive: Readable, options: ReceiveOptions): Promise<SourceTree> {
    const half = join(this.#parts.folder, `.${deploy}.${randomId()}`);
    const { revision } = await this.#unpack(half, archive, options);
    await rename(half, this.#place(deploy));
    return { folder: join(this.#place(deploy), 'tree'), revision };
  }

  async briefly<T>(
    archive: Readable,
    options: ReceiveOptions,
    use: (tree: SourceTree) => Promise<T>,
  ): Promise<T> {
    // Of no deploy: what a daemon that died leaves of it goes with all other halves.
    const place = join(this.#parts.folder, `.0.${randomId()}`);
    try {
      return await use(await this.#unpack(place, archive, options));
    } finally {
      await rm(place, { recursive: true, force: true });
    }
  }

  /** Into `tree` of a new folder, of which nothing is left where that fails. */
  async #unpack(place: string, archive: Readable, options: ReceiveOptions): Promise<SourceTree> {
    const abort = () => archive.destroy();
    options.signal.addEventListener('abort', abort, { once: true });
    try {
      await makeFolder(place);
      const { type, strip } = options;
      const unpack = { type, stripSingleFolder: strip, limits: this.#limits };
      const { commit: revision } = await unpackArchive(archive, join(place, 'tree'), unpack);
      if (revision !== null) await writeFile(join(place, 'revision'), revision, { mode: 0o600 });
      return { folder: join(place, 'tree'), revision };
    } catch (error) {
      await rm(place, { recursive: true, force: true });
      if (options.signal.aborted)
        throw failure('E_CANCELLED', 'Receiving the source was cancelled', { cause: error });
      throw orDiskFull(error);
    } finally {
      options.signal.removeEventListener('abort', abort);
    }
  }

  async find(deploy: number): Promise<SourceTree | undefined> {
    const folder = join(this.#place(deploy), 'tree');
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory()) return undefined;
    return { folder, revision: (await readIfThere(join(this.#place(deploy), 'revision'))) ?? null };
  }

  async within(tree: SourceTree, path: string): Promise<SourceTree | undefined> {
    const folder = await folderWithin(tree.folder, path);
    return folder === undefined ? undefined : { ...tree, folder };
  }

  fingerprint(tree: SourceTree, patterns: readonly string[]): Promise<string> {
    return treeFingerprint(tree.folder, patterns);
  }

  async download(url: string, signal: AbortSignal): Promise<Readable> {
    try {
      const { allowPrivate } = this.#parts;
      return await download(url, {
        limit: this.#limits.bytes,
        timeout: downloadTimeout,
        allowPrivate,
        signal,
      });
    } catch (error) {
      if (signal.aborted) throw failure('E_CANCELLED', 'The download was cancelled', { cause: error });
      throw error instanceof DownloadError ? downloadFailure(error) : error;
    }
  }

  async readText(tree: SourceTree, path: string): Promise<string | undefined> {
    const file = await readTreeFile(tree.folder, path, longestText);
    if (file.kind === 'too-large') throw failure('E_SOURCE', `${path} is larger than 1 MiB`);
    return file.kind === 'text' ? file.text : undefined;
  }

  async names(tree: SourceTree): Promise<readonly string[]> {
    return (await readdir(tree.folder)).toSorted();
  }

  async remove(deploy: number): Promise<void> {
    await rm(this.#place(deploy), { recursive: true, force: true });
  }

  async list(): Promise<readonly number[]> {
    const names = await readdir(this.#parts.folder).catch(() => []);
    return names.filter((name) => /^\d+$/.test(name)).map(Number);
  }

  async keepOnly(deploys: ReadonlySet<number>): Promise<void> {
    const names = await readdir(this.#parts.folder).catch(() => []);
    for (const name of names)
      if (isOld(name, deploys)) await rm(join(this.#parts.folder, name), { recursive: true, force: true });
  }

  #place(deploy: number): string {
    return join(this.#parts.folder, String(deploy));
  }
}

/** Both a deploy's folder and one that was left half made by a daemon that died. */
function isOld(name: string, deploys: ReadonlySet<number>): boolean {
  const deploy = /^\.?(\d+)(?:\.\w+)?$/.exec(name)?.[1];
  return (
    deploy !== undefined && (name.startsWith('.') ? !deploys.has(Number(deploy)) : !deploys.has(Number(name)))
  );
}

/** What a download that failed means to the user. */
function downloadFailure(error: DownloadError): Error {
  return failure('E_DOWNLOAD', `${shownAddress(error.url)} could not be fetched: ${error.message}`, {
    cause: error,
  });
}
