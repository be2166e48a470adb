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

/**
 * Whether standard input is sent along. The one rule: it is no terminal, and the command reads it
 * (contract/message.ts): only with a lone `-` or `--` among the words where it is a `stream`, since those commands have
 * another source as well, else always. Only then is the terminal asked for: Node takes 3 ms.
 */
export function sendsStdin(typed: readonly string[], isTerminal: () => boolean): boolean {
  const { command } = readCommand(typed);
  if (!Object.hasOwn(stdinCommands, command) || isTerminal()) return false;
  return stdinCommands[command] !== 'stream' || typed.includes('-') || typed.includes('--');
}

/** Commands whose last word is a file, which is sent as standard input; the words before it, options that take one. */
const fileCommands: Readonly<
  Record<string, { readonly before: number; readonly options: readonly string[] }>
> = {
  'ssh-keys:add': { before: 1, options: ['--role'] },
  'config:import': { before: 1, options: ['--format'] },
};

/**
 * `ssh-keys:add NAME FILE` as `ssh-keys:add NAME`, and the file, which is read where the command is typed; `-` for it is
 * standard input.
 */
export function takeFile(typed: readonly string[]): {
  readonly words: readonly string[];
  readonly file: string | null;
} {
  const { command } = readCommand(typed);
  const known = Object.hasOwn(fileCommands, command) ? fileCommands[command] : undefined;
  const at = known === undefined ? undefined : fileAt(typed, command, known);
  const file = at === undefined ? undefined : typed[at];
  if (at === undefined || file === undefined) return { words: typed, file: null };
  return { words: typed.toSpliced(at, 1), file: file === '-' ? null : file };
}

/** Where the file stands. The app that a flag names does not stand among the words. */
function fileAt(
  typed: readonly string[],
  command: string,
  { before, options }: { readonly before: number; readonly options: readonly string[] },
): number | undefined {
  const takesWord = (word: string | undefined) =>
    word !== undefined && (flagsWithValue.has(word) || options.includes(word));
  const words = [...typed.keys()].filter(
    (at) => (typed[at] === '-' || !typed[at]?.startsWith('-')) && !takesWord(typed[at - 1]),
  );
  const named =
    command === 'config:import' &&
    typed.some((word) => word === '--global' || word === '--app' || word.startsWith('--app='));
  return words[1 + before - (named ? 1 : 0)];
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
