import { createWriteStream, type WriteStream } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder, readIfThere } from '../base/files.ts';
import { lineSplitter } from '../base/line-splitter.ts';
import { outTo, type Line, type Out } from '../model/line.ts';

/** Milliseconds between looks for new lines. */
const pause = 200;

/** Output beyond this many bytes is cut: a build that prints without end must not fill the disk. */
const longest = 20 * 1024 * 1024;

/** What one deploy or job prints, while it does. */
export interface Recording {
  /** Shown to the caller and kept. */
  readonly out: Out;
  /** Kept, where the caller is shown it in another way. */
  keep(line: Line): void;
  close(): Promise<void>;
}

/** What each deploy, or each job, printed: a file for each, by its number, kept after its end. */
export class OutputFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Everything written to the result goes to `out` and into the file. */
  async record(id: number, out: Out): Promise<Recording> {
    await makeFolder(this.#folder);
    const file = createWriteStream(this.#path(id), { flags: 'a', mode: 0o600 });
    // A full disk must not end the work for its output's sake; what could not be written is missing in the file.
    file.on('error', () => {});
    let written = 0;
    const keep = (line: Line) => {
      const text = `${JSON.stringify(line)}\n`;
      written += text.length;
      if (written < longest && file.writable) file.write(text);
    };
    const tellAndKeep = (line: Line) => {
      out[line.kind](line.text);
      keep(line);
    };
    return { out: outTo(tellAndKeep), keep, close: () => closed(file) };
  }

  /** The lines so far; undefined where none were kept. */
  async read(id: number): Promise<readonly Line[] | undefined> {
    const text = await readIfThere(this.#path(id));
    return text?.split('\n').flatMap(parseLine);
  }

  /** Calls back with each line, and with those to come until `isOver`. What is written last may be so a moment later. */
  async follow(
    id: number,
    { onLine, isOver, signal }: { onLine: (line: Line) => void; isOver: () => boolean; signal: AbortSignal },
  ): Promise<void> {
    const lines = lineSplitter((text) => parseLine(text).forEach(onLine));
    const decoder = new StringDecoder();
    const file = await open(this.#path(id));
    try {
      for (let over = false; !signal.aborted; ) {
        for (let chunk = await next(file); chunk.length > 0; chunk = await next(file))
          lines.push(decoder.write(chunk));
        if (over) return;
        over = isOver();
        await sleep(pause, undefined, { signal }).catch(() => {});
      }
    } finally {
      await file.close();
    }
  }

  /** The highest number that output is kept of; 0 without any. */
  async last(): Promise<number> {
    return Math.max(0, ...(await this.list()));
  }

  /** The numbers that output is kept of. */
  async list(): Promise<readonly number[]> {
    const names = await readdir(this.#folder).catch(() => []);
    return names.flatMap((name) => /^(\d+)\.jsonl$/.exec(name)?.[1] ?? []).map(Number);
  }

  async remove(id: number): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  #path(id: number): string {
    return join(this.#folder, `${id}.jsonl`);
  }
}

async function next(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(65_536) });
  return buffer.subarray(0, bytesRead);
}

function parseLine(text: string): readonly Line[] {
  if (text === '') return [];
  try {
    return [JSON.parse(text) as Line];
  } catch {
    // The last line is cut where slipwayd died while it wrote.
    return [];
  }
}

function closed(file: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (file.destroyed) resolve();
    else file.once('close', () => resolve()).end();
  });
}
