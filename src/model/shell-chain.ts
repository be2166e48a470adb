import { Failure } from '../base/failure.ts';
import { isBlank, shellCharacters, type ShellCharacter } from './shell-words.ts';

/**
 * Reads the few command lines whose shape is easy to be sure of: simple commands, joined by `&&` and `;`. It knows far
 * less than a shell and must never be wrong: whatever it does not know makes the whole line "not a chain".
 */
export type Chain = readonly SimpleCommand[];

export interface SimpleCommand {
  /** Assignments in front, the command, its arguments, targets of redirections; quotes taken away. */
  readonly words: readonly Word[];
  /** `NAME=value` in front of the command. */
  readonly assignments: number;
  readonly redirected: boolean;
}

export interface Word {
  readonly text: string;
  /** Where it begins in the line. */
  readonly at: number;
  /** A shell would put something else in its place: `$PORT`, `*.js`, `~`. */
  readonly expands: boolean;
  /** `NAME=...`, as the shell sees it: the name and the `=` are not quoted. */
  readonly assigns: boolean;
}

interface Operator {
  readonly operator: string;
}

/** The commands of a line, or undefined where it is more than a chain of simple commands. */
export function parseChain(line: string): Chain | undefined {
  const characters = line.includes('\\\n') ? undefined : charactersOf(line);
  if (!characters || characters.some((character) => isBeyond(character, line))) return undefined;
  const segments = split(tokens(line, characters));
  const commands = segments.map(simpleCommand);
  return commands.every((command) => command !== undefined) ? commands : undefined;
}

function charactersOf(line: string): readonly ShellCharacter[] | undefined {
  try {
    return shellCharacters(line);
  } catch (error) {
    // An open quote: an error, or an apostrophe in a comment. The shell shall say.
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** `${NAME}` and `${NAME:-word}` without quotes, blanks or a further `$` in it. */
const parameter = /\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[-+=?][A-Za-z0-9_.:/@%,+-]*)?\}/y;

/** Subshells, functions, comments, several lines, substitutions (which have quotes and operators of their own). */
function isBeyond({ text, quote, at }: ShellCharacter, line: string): boolean {
  if (quote === 'single' || quote === 'backslash') return false;
  if (text === '`') return true;
  if (text === '$') return /^\$[('"]/.test(line.slice(at, at + 2)) || hasLongParameter(line, at);
  return quote === 'none' && '()\n#'.includes(text);
}

function hasLongParameter(line: string, at: number): boolean {
  return line[at + 1] === '{' && matchesAt(parameter, line, at) === undefined;
}

function matchesAt(pattern: RegExp, line: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0];
}

const operators = /&&|\|\||;;|<<<|<<-?|<&|<>|&>|>>|>&|>\||\|&|[;&|<>]/y;

function tokens(line: string, characters: readonly ShellCharacter[]): Token[] {
  const found: Token[] = [];
  let word: ShellCharacter[] = [];
  let behind = 0;
  const endWord = () => {
    if (word.length > 0) found.push(wordOf(word, line));
    word = [];
  };
  for (const character of characters) {
    if (character.at < behind) continue;
    const operator = character.quote === 'none' ? matchesAt(operators, line, character.at) : undefined;
    if (operator !== undefined) {
      endWord();
      found.push({ operator });
      behind = character.at + operator.length;
    } else if (isBlank(character)) {
      endWord();
    } else {
      word.push(character);
    }
  }
  endWord();
  return found;
}

function wordOf(characters: readonly ShellCharacter[], line: string): Word {
  const at = characters[0]?.at ?? 0;
  return {
    text: characters.map((character) => character.text).join(''),
    at,
    expands: characters.some(expands),
    assigns: /^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(line.slice(at)),
  };
}

function expands({ text, quote }: ShellCharacter): boolean {
  return (quote === 'none' && '$*?[]~{}'.includes(text)) || (quote === 'double' && text === '$');
}

type Token = Word | Operator;

function isWord(token: Token): token is Word {
  return 'text' in token;
}

/** The parts between `&&` and `;`. */
function split(all: readonly Token[]): Token[][] {
  const segments: Token[][] = [[]];
  for (const token of all) {
    if (!isWord(token) && (token.operator === '&&' || token.operator === ';')) segments.push([]);
    else segments.at(-1)?.push(token);
  }
  return segments;
}

const redirections = new Set(['<', '>', '>>', '>|', '>&', '<&']);

/** A command and its redirections behind it, or undefined: pipes, `||`, `&`, here-documents, nothing at all. */
function simpleCommand(segment: readonly Token[]): SimpleCommand | undefined {
  const words = segment.filter(isWord);
  const assignments = words.findIndex((word) => !word.assigns);
  const redirected = words.length < segment.length;
  const sound = segment.every((token, index) => {
    if (isWord(token)) return true;
    const target = segment[index + 1];
    return redirections.has(token.operator) && index > assignments && target !== undefined && isWord(target);
  });
  // `2>log node`: the 2 is no command.
  const numbered = redirected && /^\d+$/.test(words[assignments]?.text ?? '');
  return sound && assignments !== -1 && !numbered ? { words, assignments, redirected } : undefined;
}
