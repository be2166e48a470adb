import { stat, statfs } from 'node:fs/promises';
import { run } from '../base/exec.ts';

export interface Disk {
  /** The same for all folders of a file system. */
  readonly device: number;
  readonly bytes: number;
  /** Without what the file system keeps back for root. */
  readonly usedBytes: number;
  /** What programs that are not root's may still fill. */
  readonly freeBytes: number;
  /** 0 where the file system does not count them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

/** The file system that a folder lies on; undefined where there is no such folder. */
export async function diskOf(folder: string): Promise<Disk | undefined> {
  const found = await Promise.all([statfs(folder), stat(folder)]).catch(() => undefined);
  if (!found) return undefined;
  const [{ bsize, blocks, bfree, bavail, files, ffree }, { dev: device }] = found;
  const [usedBytes, freeBytes] = [(blocks - bfree) * bsize, bavail * bsize];
  return { device, bytes: blocks * bsize, usedBytes, freeBytes, inodes: files, freeInodes: ffree };
}

/** Bytes of disk that each folder takes with all below it, by its path; those that are not there are left out. */
export async function usedBelow(folders: readonly string[]): Promise<ReadonlyMap<string, number>> {
  // Exit code 1 where a file went away meanwhile, or a folder is missing: the rest is counted all the same.
  const { stdout } = await run('du', ['--summarize', '--block-size=1', '--', ...folders]);
  const rows = stdout.split('\n').flatMap((line) => {
    const [, bytes, path] = /^(\d+)\t(.+)$/.exec(line) ?? [];
    return path === undefined ? [] : [[path, Number(bytes)] as const];
  });
  return new Map(rows);
}
