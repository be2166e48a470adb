import { chown, rename, rm } from 'node:fs/promises';
import { makeFolder, readIfThere, writeIfChanged } from '../base/files.ts';
import { failure } from '../model/failures.ts';
import type { Settings } from '../model/settings.ts';
import { makeKeyPair, scanHostKeys } from '../tools/openssh-client.ts';
import { checkedAddress, hostKeyAlias, sshFiles } from './git-reach.ts';
import { ownerOf } from './owner-of.ts';

/** See `Doors.trustHost`. The keys that were trusted under the same name before are trusted no more. */
export async function trustHost(
  settings: Settings,
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const address = await checkedAddress(host, settings.allowPrivateDownloads);
  const keys = await scanHostKeys({ address, port }, signal);
  signal.throwIfAborted();
  if (keys.length === 0) throw failure('E_DOWNLOAD', `No SSH server answers on port ${port} of ${host}`);
  const alias = hostKeyAlias(host, port);
  const { knownHosts } = sshFiles(settings);
  const others = ((await readIfThere(knownHosts)) ?? '')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(`${alias} `));
  const lines = [...others, ...keys.map(({ publicKey }) => `${alias} ${publicKey}`), ''];
  await writeIfChanged(knownHosts, lines.join('\n'), { mode: 0o644 });
  return keys.map(({ fingerprint, type }) => `${fingerprint} (${type})`);
}

/** See `Doors.deployKey`. */
export async function deployKey(settings: Settings): Promise<string | null> {
  return (await readIfThere(`${sshFiles(settings).identity}.pub`))?.trim() ?? null;
}

/** Git runs as the user of the door, and ssh takes no key that others may read. The public half comes last. */
export async function makeDeployKey(settings: Settings): Promise<string> {
  const { identity } = sshFiles(settings);
  const fresh = `${identity}.new`;
  await makeFolder(`${settings.root}/ssh`, 0o755);
  await rm(fresh, { force: true });
  await makeKeyPair(fresh, `slipway@${settings.globalDomain}`);
  const { uid, gid } = ownerOf(settings.sshUser);
  await chown(fresh, uid, gid);
  await rename(fresh, identity);
  await rename(`${fresh}.pub`, `${identity}.pub`);
  return (await deployKey(settings)) ?? '';
}
