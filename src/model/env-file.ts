import { failure } from './failures.ts';
import { parsePair, type ConfigPair } from './config-key.ts';

/*
 * Files of `KEY=VALUE` lines. What is written here reads the same in a POSIX shell (`. FILE`) and in the common readers
 * of .env files; what is read is both of these: `export KEY='it'\''s'` as well as `KEY="two\nlines" # why`.
 */

/** The lines of a file with these values. */
export function envFileLines(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([key, value]) => `${key}=${quoted(value)}`);
}

/** Bare where no reader sees more in it, in single quotes (which mean no escapes to anybody), else in double quotes. */
function quoted(value: string): string {
  if (/^[A-Za-z0-9_@%+:,./-]*$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;
}

/**
 * The pairs of a file, in its order; a key may stand in it twice. Throws E_INPUT that names the line and the key, never
 * the value.
 */
export function parseEnvFile(text: string): readonly ConfigPair[] {
  const pairs: ConfigPair[] = [];
  const bare = text.replace(/^\uFEFF/, '');
  let at = 0;
  while (at < bare.length) {
    const end = endOfLine(bare, at);
    if (/^[ \t]*(#|\r?$)/.test(bare.slice(at, end))) {
      at = end + 1;
      continue;
    }
    const { key, value, next } = readAssignment(bare, at);
    pairs.push(parsePair(`${key}=${value}`));
    at = next;
  }
  return pairs;
}

const assignment = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/y;

interface Assignment {
  readonly key: string;
  readonly value: string;
  /** Where the next line begins. */
  readonly next: number;
}

function readAssignment(text: string, start: number): Assignment {
  assignment.lastIndex = start;
  const found = assignment.exec(text);
  const line = text.slice(0, start).split('\n').length;
  if (!found) throw wrongLine(line, 'is not KEY=VALUE');
  const [all, key = ''] = found;
  const at = start + all.length;
  const quote = text.charAt(at);
  if (quote !== '"' && quote !== "'") return { key, ...readBare(text, at) };
  const read = readQuoted(text, at);
  if (!read) throw wrongLine(line, `opens a quote in the value of ${key} that is not closed`);
  const end = endOfLine(text, read.next);
  if (!/^\s*(#.*)?$/.test(text.slice(read.next, end)))
    throw wrongLine(line, `has more behind the quoted value of ${key}`);
  return { key, value: read.value, next: end + 1 };
}

/** Up to the end of the line, without a comment and the spaces around. */
function readBare(text: string, at: number): Omit<Assignment, 'key'> {
  const end = endOfLine(text, at);
  const value = text
    .slice(at, end)
    .replace(/(^|[ \t])#.*$/, '')
    .trim();
  return { value, next: end + 1 };
}

/** Quoted parts and escaped characters without a space between them, as a shell takes them. */
function readQuoted(text: string, start: number): Omit<Assignment, 'key'> | undefined {
  let value = '';
  let at = start;
  for (;;) {
    const character = text.charAt(at);
    if (character === '\\' && at + 1 < text.length) {
      value += text.charAt(at + 1);
      at += 2;
    } else if (character === '"' || character === "'") {
      const end = closing(text, at);
      if (end === undefined) return undefined;
      const inside = text.slice(at + 1, end);
      value += character === '"' ? unescaped(inside) : inside;
      at = end + 1;
    } else {
      return { value, next: at };
    }
  }
}

/** Where the quote at this place is closed. */
function closing(text: string, at: number): number | undefined {
  const pattern = text.charAt(at) === '"' ? /"(?:[^"\\]|\\[^])*"/y : /'[^']*'/y;
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - 1 : undefined;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** `\n`, `\r`, `\t` as .env files have them; of what a shell escapes, the character; a backslash before all else stays. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([nrt"\\$`])/g, (_all, character: string) => escapes[character] ?? character);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function wrongLine(line: number, what: string): Error {
  return failure('E_INPUT', `Line ${line} ${what}`, { hint: 'each line is KEY=VALUE or KEY="VALUE"' });
}
