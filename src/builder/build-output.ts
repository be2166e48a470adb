import { BuildLines } from '../tools/buildkit-lines.ts';
import type { BuildTrace, TraceVertex } from '../tools/buildkit-trace.ts';

/**
 * What steps of a Dockerfile of ours are called: by the place that BuildKit puts before a name, without the count of all
 * (`build 2` of `[build 2/5]`). Null: not worth a line.
 */
export type StepTitles = ReadonlyMap<string, string | null>;

const untitled: StepTitles = new Map();

/**
 * Turns the reports of a running build into lines for a person: the name of each step once, when it begins or was
 * found in the cache, and what its program writes. BuildKit's own housekeeping is left out.
 */
export class BuildOutput {
  readonly #write: (line: string) => void;
  readonly #titles: StepTitles;
  readonly #named = new Set<string>();
  readonly #lines = new BuildLines((_vertex, line) => this.#write(line));

  constructor(write: (line: string) => void, titles: StepTitles = untitled) {
    this.#write = write;
    this.#titles = titles;
  }

  take(trace: BuildTrace): void {
    for (const vertex of trace.vertexes) this.#name(vertex);
    for (const log of trace.logs) this.#lines.push(log);
    for (const vertex of trace.vertexes) if (vertex.completed !== null) this.#lines.end(vertex.digest);
  }

  #name(vertex: TraceVertex): void {
    if (vertex.started === null || this.#named.has(vertex.digest) || isHousekeeping(vertex.name)) return;
    this.#named.add(vertex.digest);
    if (titleOf(vertex.name, this.#titles) === null) return;
    const name = stepName(vertex.name, this.#titles);
    // An image that is here is nothing that the cache saved.
    const cached = vertex.cached && !/^\[[^\]]*\] FROM /.test(vertex.name);
    this.#write(cached ? `CACHED ${name}` : name);
  }
}

const housekeeping =
  /^(\[internal\]|copy \/context |resolve image config|(exporting|importing) |writing image|naming to|sending tarball|load |https?:)/;

function isHousekeeping(name: string): boolean {
  return housekeeping.test(name);
}

/** Longest name of a step, in characters. */
const longest = 120;

/** What `readConfig` of detect/plan-dockerfile.ts puts before a command. */
const readsConfig = /if \[ -f (\/run\/secrets\/[\w-]+) \]; then set -a; \. \1; set \+a; fi; /;

/**
 * A step as people think of it, on one line of bearable length: its title, else what it does without its mounts, some of
 * which Slipway put there.
 */
export function stepName(name: string, titles: StepTitles = untitled): string {
  const title = titleOf(name, titles);
  const plain = (title ? `${name.slice(0, name.indexOf(']') + 1)} ${title}` : name)
    .replace(/\bRUN(?: +--mount=\S+)+/, 'RUN')
    .replace(readsConfig, '')
    .replace(/(FROM |--from=)docker\.io\/(library\/)?/, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}

function titleOf(name: string, titles: StepTitles): string | null | undefined {
  const place = /^\[([^\]]*)\/\d+\] /.exec(name)?.[1];
  return place === undefined ? undefined : titles.get(place);
}

/** The title or the instruction alone: `RUN npm ci` of `[build 2/5] RUN npm ci`. */
export function stepInstruction(name: string, titles: StepTitles = untitled): string {
  return stepName(name, titles).replace(/^\[[^\]]*\] /, '');
}
