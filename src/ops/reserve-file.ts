import { randomBytes } from 'node:crypto';
import { open, rm, stat } from 'node:fs/promises';
import { moveIntoPlace } from '../base/files.ts';
import { isDiskFull } from '../base/disk-full.ts';
import { systemCode } from '../base/failure.ts';
import { reserveBytes } from '../model/disk-budget.ts';

interface Room {
  readonly bytes: number;
  readonly freeBytes: number;
}

/** Written piece by piece; random, so that no file system makes it smaller than it looks. */
const piece = 1024 ** 2;

/** Where less than this share of the reserve is free, the disk is as good as full. */
const fullShare = 1 / 4;

/** So many times the reserve must be free before it is written: else it would be what fills the disk. */
const roomFor = 4;

/** A file that only takes space, to be given away where a full disk would keep slipwayd from starting and cleaning up. */
export class ReserveFile {
  readonly #path: string;
  readonly #most: number;

  /** `most`: bytes that it has on a large disk. */
  constructor(path: string, most = Number.POSITIVE_INFINITY) {
    this.#path = path;
    this.#most = most;
  }

  /** How large it should be on such a disk. */
  wanted({ bytes }: Pick<Room, 'bytes'>): number {
    return Math.min(this.#most, reserveBytes(bytes));
  }

  /** Its size; 0 where it was given away. */
  async size(): Promise<number> {
    try {
      return (await stat(this.#path)).size;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return 0;
      throw error;
    }
  }

  async release(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  async releaseIfFull(room: Room): Promise<void> {
    if (room.freeBytes < this.wanted(room) * fullShare) await this.release();
  }

  /** Writes it where it is not there and there is ample room; says whether it is there. */
  async keep(room: Room): Promise<boolean> {
    const bytes = this.wanted(room);
    if ((await this.size()) >= bytes) return true;
    if (room.freeBytes < bytes * roomFor) return false;
    const temp = `${this.#path}.new`;
    try {
      await write(temp, bytes);
      await moveIntoPlace(temp, this.#path);
      return true;
    } catch (error) {
      await rm(temp, { force: true });
      if (isDiskFull(error)) return false;
      throw error;
    }
  }
}

async function write(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    const content = randomBytes(Math.min(piece, bytes));
    for (let left = bytes; left > 0; left -= content.length)
      await file.writeFile(content.subarray(0, Math.min(left, content.length)));
    await file.sync();
  } finally {
    await file.close();
  }
}
