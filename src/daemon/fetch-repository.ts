import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecError } from '../base/exec.ts';
import { messageOf } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { failure } from '../model/failures.ts';
import { parseRepository, type RepositoryAddress, shownRepository } from '../model/repository-address.ts';
import type { Settings } from '../model/settings.ts';
import type { FetchedRepository } from '../ops/deps.ts';
import { DownloadError, resolved } from '../tools/download.ts';
import { archiveCommit, cloneBare, headBranch, pushCommit, refCommit } from '../tools/git.ts';
import { ownerOf } from './owner-of.ts';
import { removeFolder } from './remove-folder.ts';

interface FetchOptions {
  readonly ref: string | null;
  readonly signal: AbortSignal;
  /** Where the repository of an app is. */
  readonly repository: (app: string) => string;
}

const cloneName = '.sync-';

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
  { ref, signal, repository }: FetchOptions,
): Promise<FetchedRepository> {
  const address = parseRepository(text);
  if (!address) throw failure('E_INPUT', 'This is not the address of a repository');
  const options = await reachable(address, settings.allowPrivateDownloads);
  const owner = ownerOf(settings.sshUser);
  const clone = join(settings.root, 'repos', `${cloneName}${randomId(16)}`);
  const remove = () => removeFolder(clone, owner);
  try {
    const reach = { owner, protocol: address.protocol, settings: options, signal };
    await cloneBare(address.url, clone, reach).catch((error: unknown) => {
      signal.throwIfAborted();
      throw cloneFailure(shownRepository(text), error);
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

function cloneFailure(shown: string, error: unknown): Error {
  const said = error instanceof ExecError ? error.result.stderr.trim().split('\n') : [messageOf(error)];
  const fatal = said.find((line) => line.startsWith('fatal: '))?.slice('fatal: '.length);
  const message = `${shown} could not be cloned: ${fatal ?? said.at(-1) ?? 'git gave no reason'}`;
  return failure('E_DOWNLOAD', message, { detail: said.slice(-5), cause: error });
}

/**
 * Settings for git with which it asks no address of this machine or its network: the name is resolved once, here, and
 * redirects are not followed. ssh and git have no such setting: they resolve the name again.
 */
async function reachable(address: RepositoryAddress, allowPrivate: boolean): Promise<Record<string, string>> {
  const { protocol, host, port, login } = address;
  if (protocol === 'file') {
    if (allowPrivate) return {};
    throw failure('E_INPUT', 'A repository of this machine cannot be fetched');
  }
  const found = await resolved(new URL(`http://${host}/`), allowPrivate).catch((error: unknown) => {
    throw error instanceof DownloadError ? failure('E_DOWNLOAD', `${host}: ${error.message}`) : error;
  });
  if (!protocol.startsWith('http')) return {};
  const ip = found.family === 6 ? `[${found.address}]` : found.address;
  return {
    'http.curloptResolve': `${host}:${port}:${ip}`,
    'http.followRedirects': 'false',
    ...(login === null
      ? {}
      : { 'http.extraHeader': `Authorization: Basic ${Buffer.from(login).toString('base64')}` }),
  };
}
