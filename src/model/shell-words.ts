import { singleQuoted } from './config-text.ts';
import { failure } from './failures.ts';

/** One character of a command line, and what keeps the shell from giving it a meaning. */
export interface ShellCharacter {
  /** Empty for the opening of a quote: `''` is a word too. */
  readonly text: string;
  readonly quote: 'none' | 'single' | 'double' | 'backslash';
  /** Where it stands in the line. */
  readonly at: number;
}

/**
 * Takes the quotes of a command line apart (POSIX.1-2017, Shell Command Language 2.2). Throws E_INPUT for a quote that
 * is not closed.
 */
export function shellCharacters(text: string): readonly ShellCharacter[] {
  const characters: ShellCharacter[] = [];
  let at = 0;
  while (at < text.length) {
    const read = readers[text.charAt(at)] ?? readPlain;
    at = read(text, at, characters);
  }
  return characters;
}

/** Reads what begins at a place, adds it, and gives the place behind it. */
type Reader = (text: string, at: number, into: ShellCharacter[]) => number;

const readers: Readonly<Record<string, Reader>> = { "'": readSingle, '"': readDouble, '\\': readEscaped };

function readPlain(text: string, at: number, into: ShellCharacter[]): number {
  into.push({ text: text.charAt(at), quote: 'none', at });
  return at + 1;
}

function readSingle(text: string, at: number, into: ShellCharacter[]): number {
  const end = text.indexOf("'", at + 1);
  if (end === -1) throw unbalanced("'");
  into.push({ text: text.slice(at + 1, end), quote: 'single', at });
  return end + 1;
}

/** A backslash takes the meaning of the next character; with a newline it joins two lines. */
function readEscaped(text: string, at: number, into: ShellCharacter[]): number {
  if (at + 1 === text.length) throw unbalanced('\\');
  const next = text.charAt(at + 1);
  if (next !== '\n') into.push({ text: next, quote: 'backslash', at });
  return at + 2;
}

function readDouble(text: string, start: number, into: ShellCharacter[]): number {
  into.push({ text: '', quote: 'double', at: start });
  let at = start + 1;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return at + 1;
    if (character === '\\' && '$`"\\\n'.includes(text.charAt(at + 1))) {
      at = readEscaped(text, at, into);
    } else {
      into.push({ text: character, quote: 'double', at });
      at += 1;
    }
  }
  throw unbalanced('"');
}

function unbalanced(quote: string): Error {
  const message = quote === '\\' ? 'The command line ends with a backslash' : `A ${quote} is not closed`;
  return failure('E_INPUT', message, { hint: 'quote a value with spaces or quotes in it as a whole' });
}

/**
 * Cuts a command line into words by the quoting rules of a POSIX shell. Nothing is expanded, and outside quotes only
 * space, tab and newline have a meaning: `;`, `|`, `$` and all else are characters of a word. Throws E_INPUT for a quote
 * that is not closed.
 */
export function splitShellWords(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const character of shellCharacters(text)) {
    if (isBlank(character) || isNewline(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + character.text;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

export function isBlank(character: ShellCharacter): boolean {
  return character.quote === 'none' && (character.text === ' ' || character.text === '\t');
}

function isNewline(character: ShellCharacter): boolean {
  return character.quote === 'none' && character.text === '\n';
}

/** A word that a shell and `splitShellWords` read back as the text; in quotes only where it needs them. */
export function quoteShellWord(text: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) ? text : singleQuoted(text);
}
