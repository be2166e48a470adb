import type { Deps } from './deps.ts';
import { deployDisks, rootDisk, shortDisks } from './disk-use.ts';
import { freeSpace } from './make-room.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Pause between two tries, where a disk stays short or Docker does not answer. */
const pause = 10 * minute;

/** When all was cleaned up last: milliseconds since 1970. Kept, so that restarts of slipwayd put nothing off. */
const lastTime = 'disk.cleaned-at';

/** What slipwayd does for the disk by itself, a look at a time. */
export class DiskWatch {
  readonly #deps: Deps;
  #looking = false;
  #tried: number | null = null;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Gives the reserve away on a full disk, makes room on one that is short, cleans up once a day, puts the reserve back. */
  async look(): Promise<void> {
    const { startup, reserve } = this.#deps;
    if (this.#looking || startup.problem) return;
    this.#looking = true;
    try {
      const disk = await rootDisk(this.#deps);
      if (disk) await reserve.releaseIfFull(disk);
      if (await this.#isDue()) await this.#clean();
      const then = await rootDisk(this.#deps);
      if (then) await reserve.keep(then);
    } finally {
      this.#looking = false;
    }
  }

  async #isDue(): Promise<boolean> {
    const { store, clock, log } = this.#deps;
    const now = clock.now();
    if (this.#tried !== null && now - this.#tried < pause) return false;
    const age = now - Number(store.properties.get(null, lastTime) ?? 0);
    // From the future: a clock that was wrong.
    if (age >= day || age < 0) return true;
    const [short] = shortDisks(this.#deps, await deployDisks(this.#deps));
    if (short)
      log.warn(
        { folders: short.disk.folders, free: short.disk.freeBytes, need: short.need },
        'disk is short',
      );
    return short !== undefined;
  }

  async #clean(): Promise<void> {
    const { store, clock } = this.#deps;
    this.#tried = clock.now();
    await freeSpace(this.#deps);
    store.properties.set(null, lastTime, String(clock.now()));
  }
}
