import { join } from 'node:path';
import type { Door } from '../client/client.ts';
import { splitShellWords } from '../model/shell-words.ts';

/** Where a command goes. */
export type Face =
  /** To slipwayd on this machine: by root's socket, or over ssh by the door for keys. */
  | { readonly to: 'door'; readonly door: Door; readonly words: readonly string[]; readonly overSsh: boolean }
  /** To another machine, by ssh. */
  | { readonly to: 'remote'; readonly words: readonly string[] };

type Environment = Readonly<Record<string, string | undefined>>;

const defaultRoot = '/var/lib/slipway';

/**
 * Decides it. entry.sh sets SLIPWAY_SSH_COMMAND, _KEY and _DOOR: then the words are what the ssh client sent. Else the
 * words are typed here, and go to another machine when SLIPWAY_HOST or a first word `--remote` asks for it, or when no
 * Slipway is installed here. No words ask for help. Throws E_INPUT for a quote that is not closed.
 */
export function chooseFace(
  typed: readonly string[],
  env: Environment,
  isInstalled: (root: string) => boolean,
): Face {
  const { SLIPWAY_SSH_COMMAND: sent, SLIPWAY_KEY: key, SLIPWAY_DOOR: socketPath } = env;
  if (sent !== undefined && key !== undefined && socketPath !== undefined) {
    return { to: 'door', door: { socketPath, key }, words: orHelp(splitShellWords(sent)), overSsh: true };
  }
  if (typed[0] === '--remote') return { to: 'remote', words: orHelp(typed.slice(1)) };
  const root = env['SLIPWAY_ROOT'] ?? defaultRoot;
  if (env['SLIPWAY_HOST'] || !isInstalled(root)) return { to: 'remote', words: orHelp(typed) };
  return {
    to: 'door',
    door: { socketPath: join(root, 'run', 'root.sock') },
    words: orHelp(typed),
    overSsh: false,
  };
}

function orHelp(words: readonly string[]): readonly string[] {
  return words.length === 0 ? ['help'] : words;
}
