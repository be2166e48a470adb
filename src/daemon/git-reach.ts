import { isIP } from 'node:net';
import { join } from 'node:path';
import { failure } from '../model/failures.ts';
import { remoteHost } from '../model/remote-host.ts';
import { type RepositoryAddress, usualPorts } from '../model/repository-address.ts';
import type { Settings } from '../model/settings.ts';
import type { Credential } from '../store/store.ts';
import { type Address, DownloadError, resolved } from '../tools/download.ts';
import { type GitVersion, gitVersion, type Reach } from '../tools/git.ts';
import { sshCommand } from '../tools/openssh-client.ts';

/** Where the two files lie that git reaches others by SSH with. */
export function sshFiles({ root }: Pick<Settings, 'root'>) {
  const at = (name: string) => join(root, 'ssh', name);
  return { knownHosts: at('known_hosts'), identity: at('deploy_key') };
}

/** The name that the keys of a host are kept under. */
export function hostKeyAlias(host: string, port: number): string {
  return remoteHost(host, port, usualPorts.ssh);
}

/** The one address to connect to for a host. Throws E_DOWNLOAD for none, or one of this machine or its network. */
export async function checkedAddress(host: string, allowPrivate: boolean): Promise<string> {
  const found: Address = await resolved(new URL(`http://${host}/`), allowPrivate).catch((error: unknown) => {
    throw error instanceof DownloadError ? failure('E_DOWNLOAD', `${host}: ${error.message}`) : error;
  });
  return found.address;
}

export interface Reached extends Pick<Reach, 'settings' | 'sshCommand'> {
  readonly url: string;
}

/**
 * What git is told so that it asks no address of this machine or its network: the name is resolved once, here, and that
 * very address is connected to. Redirects are not followed.
 */
export async function reachRepository(
  address: RepositoryAddress,
  { settings, credential }: { readonly settings: Settings; readonly credential: Credential | undefined },
): Promise<Reached> {
  const { protocol, host, port, url } = address;
  if (protocol === 'file') {
    if (settings.allowPrivateDownloads) return { url, settings: {} };
    throw failure('E_INPUT', 'A repository of this machine cannot be fetched');
  }
  const ip = await checkedAddress(host, settings.allowPrivateDownloads);
  if (protocol === 'ssh') {
    const reach = { address: ip, port, alias: hostKeyAlias(host, port), ...sshFiles(settings) };
    return { url, settings: {}, sshCommand: sshCommand(reach) };
  }
  if (protocol === 'git') return { url: withHost(url, ip), settings: {} };
  await refuseOldGit(settings);
  return { url, settings: httpSettings(address, ip, credential) };
}

/** The first git that can be told the address of a name (git-config(1), http.curloptResolve); an older one looks again. */
const tellable: GitVersion = [2, 37];

async function refuseOldGit({ allowPrivateDownloads }: Settings): Promise<void> {
  const [major, minor] = await gitVersion();
  if (allowPrivateDownloads || major > tellable[0] || (major === tellable[0] && minor >= tellable[1])) return;
  throw failure(
    'E_DOWNLOAD',
    `git is ${major}.${minor} here: https repositories need ${tellable.join('.')} or later`,
    {
      hint: 'install a later git, or use an ssh address',
    },
  );
}

/** git:// has no setting for it. A server that serves several names from one address does not learn the name. */
function withHost(url: string, ip: string): string {
  const changed = new URL(url);
  changed.hostname = bracketed(ip);
  return changed.href;
}

function httpSettings(address: RepositoryAddress, ip: string, credential: Credential | undefined) {
  const login = address.login ?? keptLogin(address, ip, credential);
  return {
    'http.curloptResolve': `${address.host}:${address.port}:${bracketed(ip)}`,
    'http.followRedirects': 'false',
    ...(login === null
      ? {}
      : { 'http.extraHeader': `Authorization: Basic ${Buffer.from(login).toString('base64')}` }),
  };
}

/** A login that is kept goes over no network in the clear. */
function keptLogin(
  { protocol }: RepositoryAddress,
  ip: string,
  credential: Credential | undefined,
): string | null {
  const isSafe = protocol === 'https' || ip === '::1' || ip.startsWith('127.');
  return credential && isSafe ? `${credential.username}:${credential.password.reveal()}` : null;
}

function bracketed(ip: string): string {
  return isIP(ip) === 6 ? `[${ip}]` : ip;
}
