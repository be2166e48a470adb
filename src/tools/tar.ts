import { open, type FileHandle } from 'node:fs/promises';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { extract, pack, type Header, type Pack } from 'tar-stream';
import { ArchiveError, type ArchiveEntry } from './archive.ts';

/** What is written into a tar: owner root, time zero, permissions 755 for folders and programs, else 644. */
export type TarMember =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly content: Uint8Array;
      /** A program; not one unless told. */
      readonly executable?: boolean;
    }
  /** Content and right to execute are those of a file of this machine. */
  | { readonly kind: 'copy'; readonly path: string; readonly file: string };

/** A tar of the members, in their order. Files are read as the tar is; destroying it stops that. */
export function writeTar(members: AsyncIterable<TarMember>): Readable {
  const tar = pack();
  writeAll(tar, members).then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(tar, { objectMode: false });
}

async function writeAll(tar: Pack, members: AsyncIterable<TarMember>): Promise<void> {
  for await (const member of members) await writeMember(tar, member);
}

function writeMember(tar: Pack, member: TarMember): Promise<void> {
  const header = { ...plain, name: member.path };
  if (member.kind === 'folder') return write(tar, { ...header, type: 'directory', mode: 0o755 });
  if (member.kind === 'link')
    return write(tar, { ...header, type: 'symlink', linkname: member.target, mode: 0o777 });
  if (member.kind === 'copy') return copy(tar, header, member.file);
  return write(tar, { ...header, type: 'file', mode: member.executable ? 0o755 : 0o644 }, member.content);
}

const plain = { uid: 0, gid: 0, mtime: new Date(0) };

/** Files up to this size are read at once, which is quicker than a stream. */
const small = 256 * 1024;

async function copy(tar: Pack, { name }: { name: string }, file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    const { size, mode } = await handle.stat();
    const header = { ...plain, type: 'file' as const, name, mode: (mode & 0o100) === 0 ? 0o644 : 0o755 };
    if (size <= small) await write(tar, header, await handle.readFile());
    else await stream(tar, { ...header, size }, handle);
  } finally {
    await handle.close();
  }
}

type NewHeader = Parameters<Pack['entry']>[0];

function write(tar: Pack, header: NewHeader, content: Uint8Array = new Uint8Array()): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, Buffer.from(content), (error) => (error ? reject(error) : resolve()));
  });
}

function stream(tar: Pack, header: NewHeader & { size: number }, handle: FileHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    const sink = tar.entry(header, (error) => (error ? reject(error) : resolve()));
    pipeline(handle.createReadStream({ end: header.size - 1, autoClose: false }), sink).catch(reject);
  });
}

export interface ReadTarOptions {
  /** Most bytes that the tar itself may have, headers and all. */
  readonly limit: number;
  /** Called at the end with the commit that `git archive` wrote in front. */
  readonly onCommit?: (commit: string) => void;
}

/**
 * The entries of a tar (ustar, pax or GNU). Throws ArchiveError, also for one that was cut where an entry ends: without the
 * two empty blocks at its end nobody can tell whether it is whole. What the source throws is thrown on.
 */
export async function* readTar(source: Readable, options: ReadTarOptions): AsyncGenerator<ArchiveEntry> {
  const meter = new Meter(options.limit);
  const parser = extract();
  const fed = settled(source, pipeline(source, meter, parser));
  fed.catch(() => {});
  try {
    for await (const entry of untilFailed(parser, fed)) {
      meter.entryEnds(endOf(entry.header));
      yield archiveEntry(entry.header, contentOf(entry, fed));
      entry.resume();
    }
    await fed;
    meter.checkEnd();
    const commit = meter.commit();
    if (commit !== undefined) options.onCommit?.(commit);
  } catch (error) {
    throw tarError(error);
  } finally {
    source.destroy();
    meter.destroy();
    parser.destroy();
  }
}

const kinds: Readonly<Record<string, ArchiveEntry['kind']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'folder',
  symlink: 'symlink',
  link: 'hardlink',
};

function archiveEntry(header: Header, content: AsyncIterable<Uint8Array>): ArchiveEntry {
  // The library gives null for a link's target where there is none, and for a kind that it does not know.
  const target: string | null = header.linkname;
  const kind = kinds[String(header.type)] ?? 'other';
  const executable = (header.mode & 0o111) !== 0;
  return {
    path: header.name,
    kind,
    executable,
    size: kind === 'file' ? header.size : 0,
    target: target ?? '',
    content,
  };
}

/** The library ends the content of an entry that was cut without saying why; what the whole pipe fails with tells. */
async function* contentOf(entry: AsyncIterable<unknown>, fed: Promise<void>): AsyncGenerator<Uint8Array> {
  try {
    yield* untilFailed(entry as AsyncIterable<Uint8Array>, fed);
  } catch (error) {
    await fed.catch((cause: unknown) => {
      throw tarError(cause);
    });
    throw error;
  }
}

/** Milliseconds in which a pipe whose source broke off says why. */
const lastWords = 200;

/**
 * What becomes of the pipe. The library may never notice that it was destroyed, and neither does the pipe then: a source
 * that broke off is an end all the same.
 */
async function settled(source: Readable, pipe: Promise<void>): Promise<void> {
  pipe.catch(() => {});
  const lost = finished(source, { writable: false }).then(
    () => pipe,
    async (cause: unknown) => {
      await Promise.race([pipe, sleep(lastWords, undefined, { ref: false })]);
      throw cause;
    },
  );
  await Promise.race([pipe, lost]);
}

/** Whoever asks the library for more after it was destroyed waits for ever; what the whole pipe fails with ends that. */
async function* untilFailed<T>(items: AsyncIterable<T>, fed: Promise<void>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  const failed = fed.then(() => new Promise<never>(() => {}));
  failed.catch(() => {});
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), failed]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await Promise.race([iterator.return?.(), failed.catch(() => {})]);
  }
}

const block = 512;

/** Where the content of an entry ends in the tar, in bytes from its start. */
function endOf(header: Header): number {
  // Missing in the library's types: where the content begins.
  const { byteOffset } = header as Header & { readonly byteOffset: number };
  return byteOffset + (header.type === 'directory' ? 0 : Math.ceil(header.size / block) * block);
}

function tarError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ArchiveError) return error;
  if (error.message === 'Unexpected end of data')
    return new ArchiveError('cut', 'it ends within an entry', error);
  if (/^(Invalid|Header exceeds)/.test(error.message))
    return new ArchiveError('invalid', error.message, error);
  return error;
}

/** Counts the bytes of a tar on their way, and keeps the first and the last of them. */
class Meter extends Transform {
  readonly #limit: number;
  #total = 0;
  #end = 0;
  #head: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#total += chunk.length;
    if (this.#total > this.#limit)
      return done(new ArchiveError('large', `it has more than ${this.#limit} bytes`));
    if (this.#head.length < 2 * block) this.#head = Buffer.concat([this.#head, chunk]).subarray(0, 2 * block);
    const last = chunk.length >= 2 * block ? chunk : Buffer.concat([this.#tail, chunk]);
    this.#tail = last.subarray(-2 * block);
    done(null, chunk);
  }

  entryEnds(at: number): void {
    this.#end = at;
  }

  checkEnd(): void {
    const whole = this.#total - this.#end >= 2 * block && this.#tail.every((byte) => byte === 0);
    if (!whole) throw new ArchiveError('cut', 'its end is missing');
  }

  /** As `git get-tar-commit-id` finds it: the comment of a global pax header in front of all entries. */
  commit(): string | undefined {
    if (this.#head[156] !== 'g'.charCodeAt(0)) return undefined;
    return /^\d+ comment=([0-9a-f]{40,64})\n/.exec(this.#head.toString('latin1', block))?.[1];
  }
}
