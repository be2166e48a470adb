import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecError } from '../base/exec.ts';
import { messageOf } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { failure } from '../model/failures.ts';
import { remoteHost } from '../model/remote-host.ts';
import {
  parseRepository,
  type RepositoryAddress,
  shownRepository,
  usualPorts,
} from '../model/repository-address.ts';
import type { Settings } from '../model/settings.ts';
import type { FetchedRepository } from '../ops/deps.ts';
import type { Credential } from '../store/store.ts';
import { archiveCommit, cloneBare, CloneTooLarge, headBranch, pushCommit, refCommit } from '../tools/git.ts';
import { hostKeyAlias, reachRepository } from './git-reach.ts';
import { ownerOf } from './owner-of.ts';
import { removeFolder } from './remove-folder.ts';

interface FetchOptions {
  readonly ref: string | null;
  readonly credential: Credential | undefined;
  readonly signal: AbortSignal;
  /** Where the repository of an app is. */
  readonly repository: (app: string) => string;
}

const cloneName = '.sync-';

/** Most bytes of a repository with all of its history, packed. */
const largest = 2 * 1024 ** 3;

/** See `Doors.removeClones`. */
export async function removeClones({ root, sshUser }: Settings): Promise<void> {
  const repositories = join(root, 'repos');
  for (const name of await readdir(repositories).catch(() => []))
    if (name.startsWith(cloneName)) await removeFolder(join(repositories, name), ownerOf(sshUser));
}

/** See `Doors.fetchRepository`. The clone lies beside the repositories; no app's name begins with a dot. */
export async function fetchRepository(
  settings: Settings,
  text: string,
  { ref, credential, signal, repository }: FetchOptions,
): Promise<FetchedRepository> {
  const address = parseRepository(text);
  if (!address) throw failure('E_INPUT', 'This is not the address of a repository');
  const { url, ...options } = await reachRepository(address, { settings, credential });
  const owner = ownerOf(settings.sshUser);
  const clone = join(settings.root, 'repos', `${cloneName}${randomId(16)}`);
  const remove = () => removeFolder(clone, owner);
  try {
    const reach = { owner, protocol: address.protocol, ...options, most: largest, signal };
    await cloneBare(url, clone, reach).catch((error: unknown) => {
      signal.throwIfAborted();
      throw cloneFailure(address, error);
    });
    const branch = await headBranch(clone, owner);
    const commit = await refCommit(clone, ref ?? branch, owner);
    if (commit === null) throw failure('E_INPUT', `${shownRepository(text)} has no ${ref ?? branch}`);
    const isBranch = ref !== null && !/^[0-9a-f]{7,64}$/.test(ref);
    return {
      commit,
      branch: isBranch ? ref : branch,
      archive: () => archiveCommit(clone, commit, owner),
      keep: (app, to) => pushCommit(clone, repository(app), { commit, branch: to, owner }),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function cloneFailure(address: RepositoryAddress, error: unknown): Error {
  const { url } = address;
  if (error instanceof CloneTooLarge)
    return failure('E_SOURCE_TOO_LARGE', `${url} is not cloned: ${error.message}`, { cause: error });
  const said = error instanceof ExecError ? error.result.stderr.trim().split('\n') : [messageOf(error)];
  const fatal = said.find((line) => line.startsWith('fatal: '))?.slice('fatal: '.length);
  const message = `${url} could not be cloned: ${fatal ?? said.at(-1) ?? 'git gave no reason'}`;
  return failure('E_DOWNLOAD', message, {
    hint: hintFor(address, said.join('\n')),
    detail: said.slice(-5),
    cause: error,
  });
}

/** What ssh and git say when a host does not know us, or we do not know it. */
function hintFor({ host, port }: RepositoryAddress, said: string): string | undefined {
  if (/Host key verification failed/.test(said)) return `slipway git:allow-host ${hostKeyAlias(host, port)}`;
  if (/Permission denied \(publickey/.test(said))
    return 'add the key of slipway git:public-key where the repository is (slipway git:generate-deploy-key makes one)';
  if (/Authentication failed|could not read (Username|Password)|\b40[13]\b/.test(said))
    return `slipway git:auth ${remoteHost(host, port, usualPorts.https)} USERNAME PASSWORD`;
  return undefined;
}
