import { createWriteStream, type WriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, readIfThere } from '../base/files.ts';
import { outTo, type Line, type Out } from '../model/line.ts';

/** A log beyond this many bytes is cut: a build that prints without end must not fill the disk. */
const longest = 20 * 1024 * 1024;

/** What one deploy prints, while it does. */
export interface BuildLog {
  /** Shown to the caller and kept. */
  readonly out: Out;
  /** Kept, where the caller is shown it in another way. */
  keep(line: Line): void;
  close(): Promise<void>;
}

/** What each deploy printed, a file a deploy, kept after it. */
export class BuildLogs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Everything written to the result goes to `out` and into the deploy's file. */
  async record(deploy: number, out: Out): Promise<BuildLog> {
    await makeFolder(this.#folder);
    const file = createWriteStream(this.#path(deploy), { flags: 'a', mode: 0o600 });
    // A full disk must not end the deploy for its log's sake; what could not be written is missing in the log.
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

  /** The lines of a deploy; undefined where none were kept. */
  async read(deploy: number): Promise<readonly Line[] | undefined> {
    const text = await readIfThere(this.#path(deploy));
    return text?.split('\n').flatMap(parseLine);
  }

  /** The highest number of a deploy that left a log; 0 without any. */
  async last(): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    return Math.max(0, ...names.flatMap((name) => /^(\d+)\.jsonl$/.exec(name)?.[1] ?? []).map(Number));
  }

  async remove(deploy: number): Promise<void> {
    await rm(this.#path(deploy), { force: true });
  }

  #path(deploy: number): string {
    return join(this.#folder, `${deploy}.jsonl`);
  }
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
