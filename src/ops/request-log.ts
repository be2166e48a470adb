import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../base/failure.ts';
import { type LogLine, routerName } from '../model/log-line.ts';
import { parseFileName, routerFileName } from './kept-file.ts';

/** Files that an app's lines are spread over, so that the oldest can go. */
const files = 8;

interface Segment {
  readonly path: string;
  size: number;
}

/**
 * The router's lines of each app, in files beside the logs of its processes. They are written at once, in the call that
 * brings them: so a slipwayd that is killed has lost nothing that it took from the router.
 */
export class RequestLog {
  readonly #folder: string;
  readonly #open = new Map<number, Segment>();
  /** Lines that could not be written, by app. */
  readonly #dropped = new Map<number, number>();
  readonly #readers = new Set<{ readonly app: number; readonly onLine: (line: LogLine) => void }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `most`: bytes that all files of the app may have. Where the disk takes no more the lines are dropped, and counted. */
  add(app: number, lines: readonly Omit<LogLine, 'process'>[], most: number): void {
    const [first] = lines;
    if (!first) return;
    const dropped = this.#dropped.get(app) ?? 0;
    const note = { time: first.time, text: `${dropped} lines dropped: the disk was full` };
    const all = (dropped > 0 ? [note, ...lines] : lines).map((line) => ({ ...line, process: routerName }));
    try {
      this.#write(app, all, most);
      this.#dropped.delete(app);
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
      this.#open.delete(app);
      this.#dropped.set(app, dropped + lines.length);
      return;
    }
    for (const reader of this.#readers) if (reader.app === app) all.forEach(reader.onLine);
  }

  /** Calls back with each line from now on, until the function that it gives is called. */
  follow(app: number, onLine: (line: LogLine) => void): () => void {
    const reader = { app, onLine };
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }

  #write(app: number, lines: readonly LogLine[], most: number): void {
    const text = lines.map((line) => `${line.time} ${line.text}\n`).join('');
    const segment = this.#segment(app, lines[0]?.time ?? '', most);
    appendFileSync(segment.path, text, { mode: 0o600 });
    segment.size += text.length;
  }

  #segment(app: number, first: string, most: number): Segment {
    const now = this.#open.get(app);
    if (now && now.size < most / files) return now;
    const folder = join(this.#folder, String(app));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    prune(folder, most);
    const segment = { path: join(folder, routerFileName(first)), size: 0 };
    this.#open.set(app, segment);
    return segment;
  }
}

/** Removes the oldest files, so that there is room for one more. */
function prune(folder: string, most: number): void {
  const names = readdirSync(folder).filter((name) => parseFileName(name)?.process === routerName);
  let room = most - most / files;
  for (const name of names.sort().toReversed()) {
    room -= statSync(join(folder, name)).size;
    if (room < 0) rmSync(join(folder, name), { force: true });
  }
}
