import { mkdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec } from '../../src/base/exec.ts';

/** Mounts a disk of this size over an empty folder, which is made: what is kept there can become full by itself. */
export async function mountSmallDisk(path: string, bytes: number): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid, gid, mode } = await stat(path);
  const options = `size=${bytes},uid=${uid},gid=${gid},mode=${(mode & 0o777).toString(8)}`;
  await exec('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
}

/** Takes the space of a disk but for so many bytes; gives what gives it back. */
export async function fillDisk(path: string, left = 0): Promise<() => Promise<void>> {
  const filler = join(path, '.filler');
  const { bavail, bsize } = await statfs(path);
  await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - left), 1)).catch(() => {});
  return () => rm(filler);
}

/** Unmounts all that is mounted at a folder or below it. */
export async function unmountIn(folder: string): Promise<void> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const paths = mounts.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  const ours = paths.filter((path) => path === folder || path.startsWith(`${folder}/`));
  for (const path of ours.toReversed()) await exec('umount', ['-l', path]);
}
