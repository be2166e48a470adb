import { quoteShellWord } from '../model/shell-words.ts';
import { applessCommands } from './appless-commands.ts';
import { readCommand } from './command-words.ts';

/** A server to reach by ssh. */
export interface Address {
  readonly user: string;
  readonly host: string;
  /** Null: as ssh has it configured. */
  readonly port: string | null;
}

export interface Remote extends Address {
  /** The app that the repository is for. */
  readonly app: string;
}

const user = /(?:(?<user>[A-Za-z0-9_][A-Za-z0-9._-]*)@)?/.source;
const host = /(?<host>[A-Za-z0-9_][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9.]+)?\])/.source;
const port = /(?::(?<port>\d{1,5}))?/.source;
const app = /[/~]*(?<app>[a-z0-9][a-z0-9.-]*?)(?:\.git)?\/?/.source;

const forms = {
  host: new RegExp(`^${user}${host}${port}$`),
  url: new RegExp(`^ssh://${user}${host}${port}/${app}$`),
  /** As scp writes it. */
  short: new RegExp(`^${user}${host}:${app}$`),
};

/** `[USER@]HOST[:PORT]` of SLIPWAY_HOST; undefined where it is none. */
export function parseHost(text: string): Address | undefined {
  const groups = forms.host.exec(text)?.groups;
  return groups && addressOf(groups);
}

/** The address of a git remote: `ssh://USER@HOST:PORT/APP` or `USER@HOST:APP`; undefined where it is none. */
export function parseRemote(text: string): Remote | undefined {
  const groups = (forms.url.exec(text) ?? forms.short.exec(text))?.groups;
  return groups && { ...addressOf(groups), app: groups['app'] ?? '' };
}

/** What `git remote add` takes. */
export function remoteUrl({ user, host, port, app }: Remote): string {
  const bracketed = host.includes(':') ? `[${host}]` : host;
  return port === null ? `${user}@${bracketed}:${app}` : `ssh://${user}@${bracketed}:${port}/${app}`;
}

/**
 * Arguments of ssh(1). Each word is quoted, since ssh joins them and the other side splits them as a shell would. The
 * address begins with a letter or digit, so it is no option.
 */
export function sshArguments(
  address: Address,
  words: readonly string[],
  isTerminal: boolean,
): readonly string[] {
  // Quiet about the end of a connection with a terminal, but not about errors.
  const terminal = isTerminal ? ['-t', '-o', 'LogLevel=ERROR'] : ['-T'];
  const port = address.port === null ? [] : ['-p', address.port];
  return [...terminal, ...port, `${address.user}@${address.host}`, '--', ...words.map(quoteShellWord)];
}

/**
 * Adds `--app APP` in front, as the repository one stands in says which app is meant. Not when the words say it: by
 * `--app`, by `--global`, by `--all`, or with the app's own name behind the command. Another app takes `--app OTHER`:
 * without the table of operations nothing tells an app's name from any other word. Nor for a command that is not about an
 * app.
 */
export function withApp(typed: readonly string[], app: string): readonly string[] {
  const { command, words } = readCommand(typed);
  const said = typed.some(
    (word) => word === '--app' || word === '--global' || word === '--all' || word.startsWith('--app='),
  );
  return said || words[0] === app || applessCommands.has(command) ? typed : ['--app', app, ...typed];
}

function addressOf(groups: Readonly<Record<string, string | undefined>>): Address {
  const host = (groups['host'] ?? '').replace(/^\[|\]$/g, '');
  return { user: groups['user'] ?? 'slipway', host, port: groups['port'] ?? null };
}
