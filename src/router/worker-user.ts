import { readIfThere } from '../base/files.ts';

/** The system user that HAProxy's worker can become: `name` where we are root and it is there with its group, else null. */
export async function workerUser(name: string): Promise<string | null> {
  if (process.getuid?.() !== 0) return null;
  const lists = await Promise.all(['/etc/passwd', '/etc/group'].map(readIfThere));
  return lists.every((text) => text?.split('\n').some((line) => line.startsWith(`${name}:`))) ? name : null;
}
