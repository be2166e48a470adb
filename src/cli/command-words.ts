import { stdinCommands } from '../contract/message.ts';

/** A command's words, as far as they can be understood without the table of operations. */
export interface CommandWords {
  /** `config:set`; empty where there are only flags. */
  readonly command: string;
  /** The words behind it that are no flags. */
  readonly words: readonly string[];
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
 * (contract/message.ts): always where it is a text, and only with a lone `-` or `--` among the words where it is a
 * stream, since those commands have another source as well. Only then is the terminal asked for: Node takes 3 ms.
 */
export function sendsStdin(typed: readonly string[], isTerminal: () => boolean): boolean {
  const { command } = readCommand(typed);
  if (!Object.hasOwn(stdinCommands, command) || isTerminal()) return false;
  return stdinCommands[command] === 'text' || typed.includes('-') || typed.includes('--');
}

/** `ssh-keys:add NAME FILE` as `ssh-keys:add NAME`, and the file, which is read where the command is typed. */
export function takeKeyFile(typed: readonly string[]): {
  readonly words: readonly string[];
  readonly file: string | null;
} {
  const { command, words } = readCommand(typed);
  const file = words[1];
  if (command !== 'ssh-keys:add' || file === undefined) return { words: typed, file: null };
  return { words: typed.toSpliced(typed.lastIndexOf(file), 1), file };
}
