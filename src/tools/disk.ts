import { statfs } from 'node:fs/promises';

export interface Disk {
  readonly bytes: number;
  /** What programs that are not root's may still fill. */
  readonly freeBytes: number;
  /** 0 where the file system does not count them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

/** The file system that a folder lies on; undefined where there is no such folder. */
export async function diskOf(folder: string): Promise<Disk | undefined> {
  const found = await statfs(folder).catch(() => undefined);
  if (!found) return undefined;
  const { bsize, blocks, bavail, files, ffree } = found;
  return { bytes: blocks * bsize, freeBytes: bavail * bsize, inodes: files, freeInodes: ffree };
}
