import { isIP } from 'node:net';
import { exec, run } from '../base/exec.ts';
import { OpensshError, parsePublicKey, type PublicKey } from './openssh.ts';

/** Makes FILE and FILE.pub: a key of ed25519 without a passphrase. Throws ExecError, also where one is there. */
export async function makeKeyPair(file: string, comment: string): Promise<void> {
  await exec('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
}

export interface SshPeer {
  /** IP address. */
  readonly address: string;
  readonly port: number;
}

/** The public keys that an SSH server shows; empty where none answers within ten seconds. */
export async function scanHostKeys(
  { address, port }: SshPeer,
  signal: AbortSignal,
): Promise<readonly PublicKey[]> {
  const args = ['-T', '10', '-p', String(port), '--', address];
  const { stdout } = await run('ssh-keyscan', args, { signal, timeout: 30_000 });
  return stdout.split('\n').flatMap(keyOf);
}

/** `ADDRESS TYPE KEY`; nothing for a comment, or a kind of key that is not known here. */
function keyOf(line: string): readonly PublicKey[] {
  if (line === '' || line.startsWith('#')) return [];
  try {
    return [parsePublicKey(line.slice(line.indexOf(' ') + 1))];
  } catch (error) {
    if (error instanceof OpensshError) return [];
    throw error;
  }
}

export interface SshReach extends SshPeer {
  /** The name that the host's keys are kept under. */
  readonly alias: string;
  /** Files. */
  readonly knownHosts: string;
  readonly identity: string;
}

/**
 * The command that git runs for an ssh address (git(1), GIT_SSH_COMMAND): it connects to this very address, whatever the
 * name in the URL leads to now, and only if it shows a key that is known. git hands it to a shell, so that each word is
 * of characters that mean nothing there; throws for any other.
 */
export function sshCommand({ address, alias, knownHosts, identity }: SshReach): string {
  if (isIP(address) === 0) throw new OpensshError('This is no IP address');
  const options = {
    HostName: address,
    HostKeyAlias: alias,
    UserKnownHostsFile: knownHosts,
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    CheckHostIP: 'no',
    BatchMode: 'yes',
    IdentityFile: identity,
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    ConnectTimeout: '20',
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const unsafe = words.find((word) => !/^[A-Za-z0-9._:@/=+-]+$/.test(word));
  if (unsafe !== undefined) throw new OpensshError(`A word has characters that are not taken: ${unsafe}`);
  return ['ssh', '-F', '/dev/null', ...words].join(' ');
}
