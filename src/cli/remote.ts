import type { Readable } from 'node:stream';
import { run, runInherited } from '../base/exec.ts';
import { failure } from '../model/failures.ts';
import { readCommand } from './command-words.ts';
import {
  type Address,
  parseHost,
  parseRemote,
  type Remote,
  remoteUrl,
  sshArguments,
  withApp,
} from './remote-address.ts';

/** Names of the git remote that says where the app is, the first one being ours. */
const remoteNames = ['slipway', 'dokku'] as const;

/**
 * Runs the command on the server that SLIPWAY_HOST names, or else the git remote of the folder one stands in, whose app
 * is then the default. Gives the exit status. Throws E_INPUT where neither is there.
 */
export async function runRemotely(words: readonly string[], stdin: Readable | undefined): Promise<number> {
  const asked = process.env['SLIPWAY_HOST'];
  const remote = asked ? undefined : await findRemote();
  const address = asked ? parseHost(asked) : remote;
  if (address === undefined) throw noServer(asked);
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY && stdin === undefined;
  const sent = remote === undefined ? words : withApp(words, remote.app);
  const exit = await runInherited('ssh', sshArguments(address, sent, isTerminal), stdin);
  if (exit === 0) await addRemote(words, address);
  return exit;
}

async function findRemote(): Promise<Remote | undefined> {
  for (const name of remoteNames) {
    const { code, stdout } = await run('git', ['remote', 'get-url', name]);
    const remote = code === 0 ? parseRemote(stdout.trim()) : undefined;
    if (remote) return remote;
  }
  return undefined;
}

/** After `apps:create NAME` within a repository: gives it the remote to push to, unless it has one. */
async function addRemote(words: readonly string[], address: Address): Promise<void> {
  const { command, words: rest } = readCommand(words);
  const app = rest[0];
  if (command !== 'apps:create' || app === undefined) return;
  const url = remoteUrl({ ...address, app });
  const { code } = await run('git', ['remote', 'add', 'slipway', url]);
  if (code === 0) process.stdout.write(`-----> Added the git remote slipway: ${url}\n`);
}

function noServer(asked: string | undefined): Error {
  if (asked)
    return failure('E_INPUT', `SLIPWAY_HOST is ${JSON.stringify(asked)}`, {
      hint: 'it has the form [USER@]HOST[:PORT]',
    });
  return failure(
    'E_INPUT',
    'There is no Slipway on this machine, and no git remote in this folder that leads to one',
    {
      hint: 'git remote add slipway slipway@HOST:APP, or set SLIPWAY_HOST',
    },
  );
}
