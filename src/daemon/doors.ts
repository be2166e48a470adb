import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, readIfThere, writeIfChanged } from '../base/files.ts';
import { oneAtATime } from '../base/one-at-a-time.ts';
import { failure, orDiskFull } from '../model/failures.ts';
import type { Settings } from '../model/settings.ts';
import type { SshKey } from '../model/ssh-key.ts';
import type { Doors } from '../ops/deps.ts';
import { archiveCommit, branchHead, makeBare } from '../tools/git.ts';
import { diskOf } from '../tools/disk.ts';
import { fetchRepository, removeClones } from './fetch-repository.ts';
import { deployKey, makeDeployKey, trustHost } from './git-keys.ts';
import { ownerOf } from './owner-of.ts';
import { removeFolder } from './remove-folder.ts';
import {
  authorizedKeys,
  entryPaths,
  OpensshError,
  parseAuthorizedKeys,
  parsePublicKey,
} from '../tools/openssh.ts';

/** Read by sshd as the user who comes in, so others may read it; what it holds is public. */
const publicFile = { mode: 0o644 };

/** Bytes without which no push is begun: git would fail in the middle of it, with words of its own. */
const leastRoom = 4 * 1024 * 1024;

/** The SSH door: the file of keys that sshd reads, and the repositories that git works in. */
export function sshDoors(settings: Settings): Doors {
  const folder = join(settings.root, 'ssh');
  const keysFile = join(folder, 'authorized_keys');
  const repository = (app: string) => join(settings.root, 'repos', `${app}.git`);
  const command = { entry: join(settings.lib, 'entry.sh'), paths: join(folder, 'paths') };
  const write = async (keys: readonly SshKey[]) => {
    await makeFolder(folder, 0o755);
    await writeIfChanged(command.paths, pathsText(settings), publicFile);
    await writeIfChanged(keysFile, authorizedKeys(keys, command), publicFile);
  };
  const turn = oneAtATime();
  return {
    repository,
    branchHead: (app, branch) => branchHead(repository(app), branch, ownerOf(settings.sshUser)),
    archive: (app, commit) => archiveCommit(repository(app), commit, ownerOf(settings.sshUser)),
    fetchRepository: (address, options) => fetchRepository(settings, address, { ...options, repository }),
    trustHost: (host, signal) => turn(() => trustHost(settings, host, signal)),
    deployKey: () => deployKey(settings),
    makeDeployKey: () => turn(() => makeDeployKey(settings)),
    removeClones: () => removeClones(settings),
    makeRepository: (app) => makeBare(repository(app), ownerOf(settings.sshUser)),
    removeRepository: (app) => removeFolder(repository(app), ownerOf(settings.sshUser)),
    moveRepository(from, to) {
      if (existsSync(repository(from))) renameSync(repository(from), repository(to));
    },
    readKey(text) {
      try {
        const { publicKey, fingerprint } = parsePublicKey(text);
        return { publicKey, fingerprint };
      } catch (error) {
        throw error instanceof OpensshError ? failure('E_KEY', error.message) : error;
      }
    },
    admitted: async () => parseAuthorizedKeys((await readIfThere(keysFile)) ?? ''),
    lets: async (keys) => (await readIfThere(keysFile)) === authorizedKeys(keys, command),
    // One after another: two at once must not leave the older text.
    admit: (keys) =>
      turn(() =>
        write(keys).catch((error: unknown) => {
          throw orDiskFull(error);
        }),
      ),
    async hasRoom() {
      const disk = await diskOf(join(settings.root, 'repos'));
      return !disk || disk.freeBytes >= leastRoom;
    },
  };
}

function pathsText({ root, lib }: Settings): string {
  return entryPaths({
    door: join(root, 'run', 'door.sock'),
    node: join(lib, 'node'),
    cli: join(lib, 'slipway.cjs'),
    hooks: join(lib, 'hooks'),
  });
}
