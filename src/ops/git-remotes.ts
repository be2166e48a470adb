import type { Readable } from 'node:stream';
import { Secret } from '../base/secret.ts';
import { failure } from '../model/failures.ts';
import { remoteHost, splitRemoteHost } from '../model/remote-host.ts';
import { type RepositoryAddress, usualPorts } from '../model/repository-address.ts';
import type { Credential } from '../store/store.ts';
import type { Deps } from './deps.ts';
import type { Handler } from './handler.ts';

export const setGitAuth: Handler<'git:auth'> = async (deps, call, { host: typed, username, password }) => {
  const { host, port } = splitRemoteHost(typed, usualPorts.https);
  const name = remoteHost(host, port, usualPorts.https);
  if (username === null || password === null) {
    if (!deps.store.credentials.remove(name))
      throw failure('E_NOT_FOUND', `No login for ${name} is kept`, { hint: 'slipway git:report --global' });
    return { host: name, known: false };
  }
  const secret = password.reveal() === '--' ? await readPassword(call.stdin) : password;
  deps.store.credentials.set(name, { username, password: secret });
  return { host: name, known: true };
};

/** Longest password, in characters. */
const longest = 4096;

/** One line, as `echo` writes it. */
async function readPassword(stdin: Readable | null): Promise<Secret> {
  if (!stdin)
    throw failure('E_INPUT', 'Nothing is piped in', { hint: 'slipway git:auth HOST USERNAME -- < token' });
  let text = '';
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.length > longest) throw failure('E_INPUT', `A password has at most ${longest} characters`);
  }
  const password = text.replace(/\r?\n$/, '');
  if (password === '' || /[\0\r\n]/.test(password)) throw failure('E_INPUT', 'The password is one line');
  return new Secret(password);
}

/** The login that is kept for the host of an address. */
export function credentialFor(
  deps: Deps,
  { host, port, protocol }: RepositoryAddress,
): Credential | undefined {
  if (protocol !== 'https' && protocol !== 'http') return undefined;
  return deps.store.credentials.find(remoteHost(host, port, usualPorts.https));
}

export const allowHost: Handler<'git:allow-host'> = async (deps, call, { host: typed }) => ({
  fingerprints: await deps.doors.trustHost(splitRemoteHost(typed, usualPorts.ssh), call.signal),
});

export const generateDeployKey: Handler<'git:generate-deploy-key'> = async (deps) => {
  if ((await deps.doors.deployKey()) !== null)
    throw failure('E_EXISTS', 'There is a deploy key already', { hint: 'slipway git:public-key prints it' });
  return { publicKey: await deps.doors.makeDeployKey() };
};

export const showPublicKey: Handler<'git:public-key'> = async (deps) => ({
  publicKey: await deps.doors.deployKey(),
});
