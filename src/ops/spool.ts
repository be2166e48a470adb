import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { systemCode } from '../base/failure.ts';
import { makeFolder, syncFolder } from '../base/files.ts';
import { failure, orDiskFull } from '../model/failures.ts';

/** What was piped into jobs that run later, a file a job. A file that has its name is whole. */
export class Spool {
  readonly #folder: string;
  readonly #most: number;

  /** `most`: bytes of one file. */
  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  /**
   * Reads the stream to its end; what is there when this returns survives a loss of power. Throws E_SOURCE_TOO_LARGE,
   * E_DISK_FULL, and what the stream fails with.
   */
  async keep(job: number, stream: Readable): Promise<void> {
    await makeFolder(this.#folder);
    const part = this.#part(job);
    try {
      const file = createWriteStream(part, { mode: 0o600, flush: true });
      await pipeline(stream, (source: AsyncIterable<Buffer>) => upTo(this.#most, source), file);
      await rename(part, this.#path(job));
      await syncFolder(this.#folder);
    } catch (error) {
      await rm(part, { force: true });
      throw orDiskFull(error);
    }
  }

  /** The file is opened by the first read: until then there is nothing to close, and no failure that nobody waits for. */
  open(job: number): Readable {
    return Readable.from(chunksOf(this.#path(job)), { objectMode: false });
  }

  async remove(job: number): Promise<void> {
    await rm(this.#path(job), { force: true });
    await rm(this.#part(job), { force: true });
  }

  /** Removes all but those of these jobs, which are asked for once it is known what is there. */
  async keepOnly(jobs: () => readonly number[]): Promise<void> {
    await makeFolder(this.#folder);
    const names = await readdir(this.#folder);
    const kept = new Set(jobs().flatMap((job) => [this.#path(job), this.#part(job)]));
    const others = names.filter((name) => !kept.has(join(this.#folder, name)));
    for (const name of others) await rm(join(this.#folder, name), { force: true });
  }

  #path(job: number): string {
    return join(this.#folder, String(job));
  }

  /** What is not whole yet. */
  #part(job: number): string {
    return `${this.#path(job)}.part`;
  }
}

async function* chunksOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path);
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw failure('E_CANCELLED', 'slipwayd ended before all was sent; nothing was changed', { cause });
  }
}

async function* upTo(most: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > most) throw failure('E_SOURCE_TOO_LARGE', `What is sent is larger than ${most} bytes`);
    yield chunk;
  }
}
