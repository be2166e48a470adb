import { run } from '../base/exec.ts';

/** Who owns a repository: git refuses to work in one of somebody else, and root should not run in it. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The commit that a branch is at, or null where there is no such branch or repository. */
export async function branchHead(repository: string, branch: string, owner: Owner): Promise<string | null> {
  const args = ['--git-dir', repository, 'rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`];
  const result = await run('git', args, { ...owner, cwd: '/' });
  return result.code === 0 ? result.stdout.trim() : null;
}
