import { stripVTControlCharacters } from 'node:util';
import { StringDecoder } from 'node:string_decoder';
import { lineSplitter, type LineSplitter } from '../base/line-splitter.ts';
import type { TraceLog } from './buildkit-trace.ts';

/** Longest line kept, in characters: the rest of a longer one is dropped. */
const longest = 4000;

/** Makes whole, plain lines of what the steps of a build write, each stream of each step for itself. */
export class BuildLines {
  readonly #onLine: (vertex: string, line: string) => void;
  readonly #streams = new Map<string, { decoder: StringDecoder; lines: LineSplitter }>();

  constructor(onLine: (vertex: string, line: string) => void) {
    this.#onLine = onLine;
  }

  push(log: TraceLog): void {
    const stream = this.#stream(log.vertex, log.stream);
    stream.lines.push(stream.decoder.write(log.bytes));
  }

  /** Gives the last line of a step that ended, where it has no newline. */
  end(vertex: string): void {
    for (const from of ['stdout', 'stderr']) {
      const key = `${vertex} ${from}`;
      this.#streams.get(key)?.lines.end();
      this.#streams.delete(key);
    }
  }

  #stream(vertex: string, from: string) {
    const key = `${vertex} ${from}`;
    const known = this.#streams.get(key);
    if (known) return known;
    const lines = lineSplitter((line) => this.#onLine(vertex, plainLine(line)));
    const made = { decoder: new StringDecoder('utf8'), lines };
    this.#streams.set(key, made);
    return made;
  }
}

/** A line as a terminal would leave it: what a progress bar wrote last, without colours. */
export function plainLine(line: string): string {
  const last = line.split('\r').findLast((part) => part !== '') ?? '';
  return stripVTControlCharacters(last).slice(0, longest).trimEnd();
}
