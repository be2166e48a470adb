import { chmod, chown, stat } from 'node:fs/promises';
import { readIfThere } from '../base/files.ts';

/** The system user that HAProxy's worker can become: `name` where we are root and it is there with its group, else null. */
export async function workerUser(name: string): Promise<string | null> {
  if (process.getuid?.() !== 0) return null;
  const lists = await Promise.all(['/etc/passwd', '/etc/group'].map(readIfThere));
  return lists.every((text) => text?.split('\n').some((line) => line.startsWith(`${name}:`))) ? name : null;
}

/** Lets the worker through a folder to what it may open there; it still cannot list it. Nobody else gets in. */
export async function letThrough(folder: string, user: string): Promise<void> {
  const line = (await readIfThere('/etc/group'))?.split('\n').find((row) => row.startsWith(`${user}:`));
  const { uid } = await stat(folder);
  await chown(folder, uid, Number(line?.split(':')[2]));
  await chmod(folder, 0o710);
}
