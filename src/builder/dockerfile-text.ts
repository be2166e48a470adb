/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals: `FROM`, `RUN`. */
  readonly keyword: string;
  /** What follows the keyword, continuation lines joined, comments between them left out. */
  readonly rest: string;
  /** Number of its first and of its last line, from 1. The last one is that of a heredoc's end where it has one. */
  readonly first: number;
  readonly last: number;
  /** The lines that it is written on, each as far as it goes without the sign that continues it; no heredoc. */
  readonly pieces: readonly Piece[];
}

export interface Piece {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface DockerfileText {
  /** The character that continues a line: `\` unless the directive `escape` says otherwise. */
  readonly escape: string;
  /** `# syntax=...` and the like at the very top, by name in small letters. */
  readonly directives: ReadonlyMap<string, { readonly value: string; readonly line: number }>;
  readonly instructions: readonly Instruction[];
}

/**
 * Reads the text of a Dockerfile as docs.docker.com/reference/dockerfile describes it, without judging it: what is
 * wrong in it, BuildKit says better.
 */
export function parseDockerfile(text: string): DockerfileText {
  const lines = dockerfileLines(text);
  const directives = parseDirectives(lines);
  const escape = directives.get('escape')?.value === '`' ? '`' : '\\';
  const instructions: Instruction[] = [];
  let at = 0;
  while (at < lines.length) {
    const found = instructionAt(lines, at, escape);
    if (found) instructions.push(found);
    at = found ? found.last : at + 1;
  }
  return { escape, directives, instructions };
}

/** The lines of a text, without their ends and without the mark that some editors put first. */
export function dockerfileLines(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/);
}

/** Flags in front of an instruction's arguments: `--from=build` is `{name: 'from', value: 'build'}`; and what follows them. */
export function instructionFlags(rest: string): {
  readonly flags: readonly InstructionFlag[];
  readonly words: string;
} {
  const flags: InstructionFlag[] = [];
  let words = rest.trim();
  for (;;) {
    const found = /^--([a-z-]+)(?:=(\S*))?(?:\s+|$)/i.exec(words);
    if (!found) return { flags, words };
    flags.push({ name: found[1] ?? '', value: found[2] ?? '' });
    words = words.slice(found[0].length);
  }
}

export interface InstructionFlag {
  readonly name: string;
  readonly value: string;
}

function parseDirectives(lines: readonly string[]): DockerfileText['directives'] {
  const directives = new Map<string, { value: string; line: number }>();
  for (const [index, line] of lines.entries()) {
    const found = /^#\s*([a-z][a-z0-9_-]*)\s*=(.*)$/i.exec(line);
    const name = found?.[1]?.toLowerCase();
    // The first line that is no directive ends them, and so does one that says the same twice.
    if (!found || name === undefined || directives.has(name)) break;
    directives.set(name, { value: (found[2] ?? '').trim(), line: index + 1 });
  }
  return directives;
}

function instructionAt(lines: readonly string[], start: number, escape: string): Instruction | undefined {
  const begin = lines[start] ?? '';
  if (isBlank(begin) || isComment(begin)) return undefined;
  const pieces = piecesFrom(lines, start, escape);
  const text = pieces.map((piece) => piece.text).join('');
  const end = (pieces.at(-1)?.line ?? start + 1) - 1;
  const [, keyword = '', rest = ''] = /^\s*(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const upper = keyword.toUpperCase();
  const last = heredocInstructions.has(upper) ? heredocEnd(lines, end, rest) : end;
  return { keyword: upper, rest: rest.trim(), first: start + 1, last: last + 1, pieces };
}

/** A line with those that continue it. */
function piecesFrom(lines: readonly string[], start: number, escape: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = start; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    // Comments and empty lines within a continued instruction do not end it.
    if (at > start && (isComment(line) || isBlank(line))) continue;
    const trimmed = withoutBlanksAtEnd(line);
    const goesOn = trimmed.endsWith(escape);
    pieces.push({ line: at + 1, text: goesOn ? trimmed.slice(0, -1) : line });
    if (!goesOn) break;
  }
  return pieces;
}

/** Not by a pattern: one that looks for blanks at the end takes minutes for a line with a million of them before a word. */
function withoutBlanksAtEnd(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ' || line[end - 1] === '\t') end -= 1;
  return line.slice(0, end);
}

const heredocInstructions = new Set(['RUN', 'COPY', 'ADD']);

/** The index of the line that ends the last heredoc of an instruction, or `end` where there is none. */
function heredocEnd(lines: readonly string[], end: number, rest: string): number {
  let last = end;
  for (const [, dash, word] of rest.matchAll(/(?:^|\s)\d*<<(-?)["']?([A-Za-z_][\w.-]*)["']?/g)) {
    const closing = lines.findIndex(
      (line, at) => at > last && (dash ? line.replace(/^\t+/, '') : line) === word,
    );
    // Without its end it is no heredoc: a shell's `<<` in a Dockerfile of the old syntax.
    if (closing === -1) return last;
    last = closing;
  }
  return last;
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

function isComment(line: string): boolean {
  return /^\s*#/.test(line);
}
