import { open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, moveIntoPlace } from '../base/files.ts';
import { systemCode } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { linesFromEnd } from '../base/lines-from-end.ts';
import type { ReadLog } from '../engine/engine.ts';
import { isOfProcess, type LogFilter, passesFilter } from '../model/log-filter.ts';
import { type LogLine, mergeByTime } from '../model/log-line.ts';
import { processName, type RunningProcess } from '../model/process.ts';
import { trimLogs } from './trim-logs.ts';
import { type KeptFile, parseFileName, processFileName, shortId, withoutReplaced } from './kept-file.ts';

/** So many processes of an app are remembered, however little they printed. */
const mostFiles = 500;

export interface KeptQuery extends LogFilter {
  /** The last so many lines. */
  readonly lines: number;
  /** Only of processes that this deploy started. */
  readonly deploy?: number;
}

export interface KeptLines {
  /** By time. */
  readonly lines: readonly LogLine[];
  /** The time up to which the log of a process is among what was looked through, by its id as in `shortId`. */
  readonly ends: ReadonlyMap<string, string>;
}

/**
 * The logs of processes that are gone, a folder an app (by its id, which outlives a rename), a file a process. A file
 * is there whole or not at all, and is written before its process goes: so no line is ever in neither place.
 */
export class AppLogs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps the log of a process that has ended, and lets go of the oldest ones beyond `most` bytes. */
  async keep(
    app: number,
    { process, read }: { readonly process: RunningProcess; readonly read: ReadLog },
    most: number,
  ): Promise<void> {
    const folder = this.#of(app);
    const written = await this.#write(folder, read);
    if (!written) return;
    try {
      const size = (await stat(written.temp)).size;
      if (size > most) await cutHead(written.temp, size - most);
      const of = { deploy: process.deploy, id: shortId(process.id) };
      const { first, last } = written;
      const name = processFileName({ first, last, process: processName(process), of });
      await moveIntoPlace(written.temp, join(folder, name));
    } catch (error) {
      await rm(written.temp, { force: true });
      throw error;
    }
    await this.#prune(app, most);
  }

  /** The last lines that are wanted, of files newest first, until no older one can have one of them. */
  async last(app: number, query: KeptQuery): Promise<KeptLines> {
    const files = (await this.#files(app)).filter((file) => isWanted(file, query));
    let lines: readonly LogLine[] = [];
    for (const file of files.toSorted(latestFirst)) {
      const oldest = lines.length >= query.lines ? lines[0]?.time : undefined;
      if (oldest !== undefined && (file.last ?? oldest) < oldest) break;
      const more = await linesOf(join(this.#of(app), file.name), file, { query, oldest });
      lines = mergeByTime([...more, ...lines]).slice(-query.lines);
    }
    const ends = files.flatMap(({ of, last }) => (of && last ? [[of.id, last] as const] : []));
    return { lines, ends: new Map(ends) };
  }

  /** Bytes that are kept of an app. */
  async size(app: number): Promise<number> {
    const sizes = (await this.#files(app)).map((file) => sizeOf(join(this.#of(app), file.name)));
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  /** Lets go of the oldest files of all apps, the router's too, beyond `most` bytes; gives how many went. */
  trim(most: number): Promise<number> {
    return trimLogs(this.#folder, most);
  }

  async remove(app: number): Promise<void> {
    await rm(this.#of(app), { recursive: true, force: true });
  }

  /** Removes what is left of other apps than these, and what was being written when slipwayd was killed. */
  async keepOnly(apps: ReadonlySet<number>): Promise<void> {
    for (const name of await namesIn(this.#folder)) {
      if (!apps.has(Number(name))) await rm(join(this.#folder, name), { recursive: true, force: true });
      for (const part of await namesIn(join(this.#folder, name)))
        if (part.startsWith('.')) await rm(join(this.#folder, name, part), { force: true });
    }
  }

  #of(app: number): string {
    return join(this.#folder, String(app));
  }

  async #files(app: number): Promise<readonly KeptFile[]> {
    const names = await namesIn(this.#of(app));
    return withoutReplaced(names.flatMap((name) => parseFileName(name) ?? []));
  }

  /** A file without its name yet, synced; undefined where there is no line. */
  async #write(folder: string, read: ReadLog) {
    const temp = join(folder, `.${randomId(12)}`);
    let file: FileHandle | undefined;
    let [first, last] = ['', ''];
    try {
      await read(async (lines) => {
        if (lines.length === 0) return;
        if (!file) await makeFolder(folder);
        file ??= await open(temp, 'wx', 0o600);
        first ||= lines[0]?.time ?? '';
        for (const { time } of lines) if (time > last) last = time;
        await file.appendFile(lines.map(({ time, text }) => `${time} ${text}\n`).join(''));
      });
      await file?.sync();
    } catch (error) {
      await rm(temp, { force: true });
      throw error;
    } finally {
      await file?.close();
    }
    return file && { temp, first, last };
  }

  async #prune(app: number, most: number): Promise<void> {
    const files = (await this.#files(app)).filter(({ of }) => of !== null).toSorted(latestFirst);
    const kept = new Set<string>();
    let sum = 0;
    for (const { name } of files) {
      sum += await sizeOf(join(this.#of(app), name));
      if (sum > most || kept.size >= mostFiles) break;
      kept.add(name);
    }
    for (const name of await namesIn(this.#of(app)))
      if (parseFileName(name)?.of && !kept.has(name)) await rm(join(this.#of(app), name), { force: true });
  }
}

function isWanted(file: KeptFile, query: KeptQuery): boolean {
  if (!isOfProcess(query, file.process)) return false;
  if (query.deploy !== undefined && file.of?.deploy !== query.deploy) return false;
  if (query.until !== undefined && file.first >= query.until) return false;
  return query.since === undefined || file.last === null || file.last >= query.since;
}

/** The last wanted lines of one file, by time; none that are older than `oldest`. */
async function linesOf(
  path: string,
  { process }: KeptFile,
  { query, oldest = query.since ?? '' }: { query: KeptQuery; oldest: string | undefined },
): Promise<readonly LogLine[]> {
  const found: LogLine[] = [];
  for await (const text of whileThere(linesFromEnd(path))) {
    const line = parseLine(text, process);
    if (!line) continue;
    if (line.time < oldest || found.length >= query.lines) break;
    if (passesFilter(query, line)) found.push(line);
  }
  return found.toReversed();
}

/** The oldest file may go while it is looked for. */
async function* whileThere(lines: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield* lines;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}

function parseLine(text: string, process: string): LogLine | undefined {
  const [, time, rest] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) (.*)$/s.exec(text) ?? [];
  return time === undefined || rest === undefined ? undefined : { time, process, text: rest };
}

function latestFirst(a: KeptFile, b: KeptFile): number {
  const [one, other] = [a.last ?? '9', b.last ?? '9'];
  return one === other ? (a.first < b.first ? 1 : -1) : one < other ? 1 : -1;
}

/** Takes so many bytes away at the beginning of a file, and the rest of the line that this cuts. */
async function cutHead(path: string, bytes: number): Promise<void> {
  const lines: string[] = [];
  const size = (await stat(path)).size - bytes;
  let sum = 0;
  for await (const line of linesFromEnd(path)) {
    sum += Buffer.byteLength(line) + 1;
    if (sum > size) break;
    lines.push(line);
  }
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(
      lines
        .toReversed()
        .map((line) => `${line}\n`)
        .join(''),
    );
    await file.sync();
  } finally {
    await file.close();
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
