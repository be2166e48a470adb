import type { TerminalSize } from '../base/terminal.ts';
import type { LineKind } from '../model/line.ts';
import { kindNames } from '../model/service-kind.ts';

/*
 * What goes over slipwayd's socket: JSON messages, one a line. Next to nothing is imported here, since the command line
 * program is bundled with this file and has to start in milliseconds.
 */

/** POST /v1/command: a command as it was typed. Standard input follows it, for the commands that read it. */
export interface CommandRequest {
  readonly words: readonly string[];
  /** What was typed when the command asked. */
  readonly confirm?: string;
  readonly color?: boolean;
  /** Columns of the terminal. */
  readonly width?: number;
  /** Where standard input is what is typed in a terminal: as lines of terminal messages (terminal-message.ts). */
  readonly terminal?: TerminalSize & {
    /** As TERM names it. */
    readonly kind: string;
  };
}

/** What a command answers. `end` is the last one; without it the connection was lost. */
export type CommandMessage =
  | { readonly t: 'out' | 'err'; readonly text: string }
  /** Base64 of bytes that go to standard output as they are. */
  | { readonly t: 'bytes'; readonly data: string }
  /** Print the lines to standard error, read a line, send the command again with it; nothing was done yet. */
  | { readonly t: 'confirm'; readonly expect: string; readonly lines: readonly string[] }
  | { readonly t: 'end'; readonly exit: number };

/** What a call of POST /v1/operations/NAME answers: lines of progress, then a result or a failure. */
export type OperationMessage =
  | { readonly t: 'bytes'; readonly data: string }
  | { readonly t: 'line'; readonly kind: LineKind; readonly text: string }
  | { readonly t: 'result'; readonly value: unknown }
  | {
      readonly t: 'failure';
      readonly code: string;
      readonly message: string;
      readonly hint: string | null;
      readonly detail: readonly string[];
    };

/**
 * The commands that read standard input, and how: `text` up to its end before anything is done, `pipe` as it comes,
 * `stream` the same where a word of `--` says so, `terminal` as it comes too, and from a terminal key by key.
 * The same as the table says (a test compares them); it stands here so that the program needs no table.
 */
export const stdinCommands: Readonly<Record<string, StdinMode>> = {
  'config:import': 'text',
  'ssh-keys:add': 'text',
  'builder:plan': 'stream',
  'certs:add': 'pipe',
  'certs:update': 'pipe',
  'letsencrypt:dns': 'text',
  'letsencrypt:account': 'text',
  'git:from-archive': 'stream',
  'git:auth': 'stream',
  'git:load-image': 'pipe',
  'git:receive': 'pipe',
  ...Object.fromEntries(
    kindNames.flatMap((kind): [string, StdinMode][] => [
      [`${kind}:import`, 'pipe'],
      [`${kind}:connect`, 'terminal'],
      [`${kind}:enter`, 'terminal'],
    ]),
  ),
};

type StdinMode = 'text' | 'pipe' | 'stream' | 'terminal';

/** A message as one line, with its newline. */
export function encodeMessage(message: CommandMessage | OperationMessage): string {
  return `${JSON.stringify(message)}\n`;
}

/** A message of the command face from its line. Throws a SyntaxError for anything else. */
export function decodeCommandMessage(line: string): CommandMessage {
  const value: unknown = JSON.parse(line);
  if (isCommandMessage(value)) return value;
  throw new SyntaxError('not a message of a command');
}

/** Whether it has the fields of its kind; the sender is our own daemon, so no more is asked. */
function isCommandMessage(value: unknown): value is CommandMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { t, text, data, lines, exit }: Partial<Record<string, unknown>> = { ...value };
  if (t === 'out' || t === 'err') return typeof text === 'string';
  if (t === 'bytes') return typeof data === 'string';
  return t === 'confirm' ? Array.isArray(lines) : t === 'end' && typeof exit === 'number';
}
