import { stdinCommands } from '../contract/message.ts';
import { failure } from '../model/failures.ts';

/** A command's words, as far as they can be understood without the table of operations. */
export interface CommandWords {
  /** `config:set`; empty where there are only flags. */
  readonly command: string;
  /** The words behind it that are no flags. */
  readonly words: readonly string[];
}

/** Throws E_INPUT for words that were no UTF-8: Node gives U+FFFD in place of what it cannot read. */
export function checkEncoding(typed: readonly string[]): void {
  const broken = typed.findIndex((word) => word.includes('\ufffd'));
  if (broken >= 0) throw failure('E_INPUT', `Word ${broken + 1} is not UTF-8`);
}

/** Global flags that take a value when it is not written with `=`. */
const flagsWithValue: ReadonlySet<string> = new Set(['--app']);

/** Finds the command among the global flags. */
export function readCommand(typed: readonly string[]): CommandWords {
  const [command = '', ...words] = typed.filter(
    (word, at) => !word.startsWith('-') && !flagsWithValue.has(typed[at - 1] ?? ''),
  );
  return { command, words };
}

/** Whether the command lets somebody talk with a program: what is typed goes to it as it comes. */
export function isConversation(typed: readonly string[]): boolean {
  return modeOf(typed) === 'terminal';
}

function modeOf(typed: readonly string[]) {
  const { command } = readCommand(typed);
  return Object.hasOwn(stdinCommands, command) ? stdinCommands[command] : undefined;
}

/**
 * Whether standard input is sent along: the command reads it (contract/message.ts), and it is no terminal, unless it is for
 * a conversation. Where it is a `stream`, only with a lone `-` or `--` among the words, since those commands have another
 * source as well. Only where it matters is the terminal asked for: Node takes 3 ms.
 */
export function sendsStdin(typed: readonly string[], isTerminal: () => boolean): boolean {
  const mode = modeOf(typed);
  if (mode === 'terminal') return true;
  if (mode === undefined || isTerminal()) return false;
  return mode !== 'stream' || typed.includes('-') || typed.includes('--');
}

interface FileCommand {
  /** Words before the files; the app among them, which a flag may name instead. */
  readonly before: number;
  readonly files: number;
  /** Options that take a word. */
  readonly options: readonly string[];
}

/** Commands whose last words are files, which are sent as standard input. */
const fileCommands: Readonly<Record<string, FileCommand>> = {
  'ssh-keys:add': { before: 1, files: 1, options: ['--role'] },
  'config:import': { before: 1, files: 1, options: ['--format'] },
  'certs:add': { before: 1, files: 2, options: [] },
  'certs:update': { before: 1, files: 2, options: [] },
};

/**
 * `ssh-keys:add NAME FILE` as `ssh-keys:add NAME`, and the file, which is read where the command is typed; `-` for it is
 * standard input.
 */
export function takeFiles(typed: readonly string[]): {
  readonly words: readonly string[];
  readonly files: readonly string[];
} {
  const { command } = readCommand(typed);
  const known = Object.hasOwn(fileCommands, command) ? fileCommands[command] : undefined;
  const places = known === undefined ? [] : filesAt(typed, command, known);
  const files = places.flatMap((at) => typed[at] ?? []);
  if (known === undefined || files.length < known.files) return { words: typed, files: [] };
  const words = typed.filter((_word, at) => !places.includes(at));
  return { words, files: files.includes('-') ? [] : files };
}

/** Where the files stand. The app that a flag names does not stand among the words. */
function filesAt(
  typed: readonly string[],
  command: string,
  { before, files, options }: FileCommand,
): readonly number[] {
  const takesWord = (word: string | undefined) =>
    word !== undefined && (flagsWithValue.has(word) || options.includes(word));
  const words = [...typed.keys()].filter(
    (at) => (typed[at] === '-' || !typed[at]?.startsWith('-')) && !takesWord(typed[at - 1]),
  );
  const named =
    command !== 'ssh-keys:add' &&
    typed.some((word) => word === '--global' || word === '--app' || word.startsWith('--app='));
  const first = 1 + before - (named ? 1 : 0);
  return words.slice(first, first + files);
}

/**
 * `builder:plan FOLDER` as `builder:plan --`, and the folder, which is packed where the command is typed. A word is one
 * where it could be no app: `.`, or with a slash.
 */
export function takeFolder(typed: readonly string[]): {
  readonly words: readonly string[];
  readonly folder: string | null;
} {
  const isFolder = (word: string) =>
    !word.startsWith('-') && (word === '.' || word === '..' || word.includes('/'));
  const at = readCommand(typed).command === 'builder:plan' ? typed.findIndex(isFolder) : -1;
  const folder = typed[at];
  return folder === undefined ? { words: typed, folder: null } : { words: typed.with(at, '--'), folder };
}
