import { exec } from '../base/exec.ts';
import type { Owner } from '../tools/git.ts';

/**
 * Removes what lies in a folder of somebody else, as that user: whoever may write there could put a symlink in the place
 * of a folder just as root goes into it. Nothing there is fine.
 */
export async function removeFolder(path: string, owner: Owner): Promise<void> {
  await exec('rm', ['-rf', '--', path], { ...owner, cwd: '/' });
}
