import type { Deps } from './deps.ts';
import { deployDisks, rootDisk, shortDisks } from './disk-use.ts';
import { freeSpace } from './make-room.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** Pause between two tries to make room on a disk that stays short. */
const pause = 10 * minute;

/** When all was cleaned up last: milliseconds since 1970. Kept, so that restarts of slipwayd put nothing off. */
const lastTime = 'disk.cleaned-at';

/** What slipwayd does for the disk by itself, a look at a time. */
export class DiskWatch {
  readonly #deps: Deps;
  #looking = false;
  #freed: number | null = null;

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
    const { store, clock } = this.#deps;
    const now = clock.now();
    const age = now - Number(store.properties.get(null, lastTime) ?? 0);
    // From the future: a clock that was wrong.
    if (age >= day || age < 0) return true;
    const paused = this.#freed !== null && now - this.#freed < pause;
    return !paused && shortDisks(this.#deps, await deployDisks(this.#deps)).length > 0;
  }

  async #clean(): Promise<void> {
    const { store, clock } = this.#deps;
    this.#freed = clock.now();
    await freeSpace(this.#deps);
    store.properties.set(null, lastTime, String(clock.now()));
  }
}
