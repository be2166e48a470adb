import { PassThrough, type Readable } from 'node:stream';
import { exec, ExecError, run } from '../base/exec.ts';

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

/** How git reaches another repository. */
export interface Reach {
  readonly owner: Owner;
  /** `https`, `file`, ...: git refuses all others, also in redirects. */
  readonly protocol: string;
  /** Settings, which may be secret: they are in the environment, not in the arguments (git-config(1), GIT_CONFIG_COUNT). */
  readonly settings: Readonly<Record<string, string>>;
  /** What git runs for ssh addresses. */
  readonly sshCommand?: string;
  readonly signal?: AbortSignal;
}

/** Milliseconds that a clone may take. */
const cloneTimeout = 600_000;

/** A clone would have become larger than is allowed. */
export class CloneTooLarge extends Error {}

/**
 * Clones all branches and tags into a new bare repository of at most so many bytes. Nothing is asked on a terminal.
 * Throws CloneTooLarge, ExecError.
 */
export async function cloneBare(
  url: string,
  folder: string,
  reach: Reach & { readonly most: number },
): Promise<void> {
  try {
    await clone(url, folder, reach);
  } catch (error) {
    const said = error instanceof ExecError ? error.result.stderr : '';
    if (/File too large/i.test(said))
      throw new CloneTooLarge(`it is larger than ${reach.most} bytes`, { cause: error });
    throw error;
  }
}

/** git has no limit of its own for what it fetches: the kernel's for files is one, as all objects come in one pack. */
async function clone(url: string, folder: string, reach: Reach & { readonly most: number }): Promise<void> {
  const git = ['git', '-c', 'fetch.unpackLimit=1', 'clone', '--bare', '--quiet', '--template='];
  // With the signal ignored, git says that a file was too large; killed by it, it would say nothing.
  const limit = ['--ignore-signal=XFSZ', 'prlimit', `--fsize=${reach.most}`, '--'];
  await exec('env', [...limit, ...git, '--', url, folder], {
    ...reach.owner,
    cwd: '/',
    env: reachEnv(reach),
    timeout: cloneTimeout,
    ...(reach.signal ? { signal: reach.signal } : {}),
  });
}

/** The commit of a branch, a tag or an id; null where there is none of it. */
export async function refCommit(repository: string, ref: string, owner: Owner): Promise<string | null> {
  for (const full of [`refs/heads/${ref}`, `refs/tags/${ref}`, ref]) {
    const args = ['--git-dir', repository, 'rev-parse', '--verify', '--quiet', '--end-of-options'];
    const result = await run('git', [...args, `${full}^{commit}`], { ...owner, cwd: '/' });
    if (result.code === 0) return result.stdout.trim();
  }
  return null;
}

/** The branch that HEAD names. */
export async function headBranch(repository: string, owner: Owner): Promise<string> {
  const args = ['--git-dir', repository, 'symbolic-ref', '--short', 'HEAD'];
  return (await exec('git', args, { ...owner, cwd: '/' })).stdout.trim();
}

/** The tree of a commit as a tar; the stream fails where git does, and git ends where the stream is destroyed. */
export function archiveCommit(repository: string, commit: string, owner: Owner): Readable {
  const tar = new PassThrough();
  const stop = new AbortController();
  // Whoever comes to read it later finds it failed.
  tar.on('error', () => {});
  tar.once('close', () => stop.abort());
  const args = ['--git-dir', repository, 'archive', '--format=tar', commit];
  exec('git', args, { ...owner, cwd: '/', stdoutTo: tar, signal: stop.signal }).then(
    () => tar.end(),
    (error: Error) => tar.destroy(error),
  );
  return tar;
}

/** An empty bare repository; one that is there stays as it is. */
export async function makeBare(repository: string, owner: Owner): Promise<void> {
  await exec('git', ['init', '-q', '--bare', '-b', 'main', '--template=', repository], {
    ...owner,
    cwd: '/',
  });
}

/** Makes a branch of another repository of the same owner, which is made where it is missing, be at a commit. */
export async function pushCommit(
  from: string,
  to: string,
  { commit, branch, owner }: { readonly commit: string; readonly branch: string; readonly owner: Owner },
): Promise<void> {
  const options = { ...owner, cwd: '/', env: reachEnv({ owner, protocol: 'file', settings: {} }) };
  await makeBare(to, owner);
  await exec(
    'git',
    ['--git-dir', from, 'push', '-q', '--force', to, `${commit}:refs/heads/${branch}`],
    options,
  );
}

function reachEnv({ protocol, settings, sshCommand }: Reach): Record<string, string> {
  const all = Object.entries(settings);
  const numbered = all.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return {
    PATH: process.env['PATH'] ?? '',
    LANG: 'C.UTF-8',
    HOME: '/nonexistent',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ALLOW_PROTOCOL: protocol,
    // Without one nothing is asked by ssh.
    GIT_SSH_COMMAND: sshCommand ?? 'false',
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(numbered),
  };
}

/** Major and minor number. */
export type GitVersion = readonly [number, number];

/** `git version 2.39.5`, and what some distributions put behind it. */
export async function gitVersion(): Promise<GitVersion> {
  const { stdout } = await exec('git', ['version'], { cwd: '/' });
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(stdout) ?? [];
  if (major === undefined || minor === undefined) throw new Error(`git tells no version: ${stdout}`);
  return [Number(major), Number(minor)];
}
