import type { ImageDisk } from '../../src/builder/builder.ts';
import type { ImageUse } from '../../src/model/disk-use.ts';
import type { CachePlan } from '../../src/model/plan-disk.ts';

/** The disk of images as numbers. */
export class MemoryDisk implements ImageDisk {
  used: ImageUse = { apps: 3e9, shared: 1e9, others: 0, cache: 2e9 };
  /** What was asked for. */
  readonly pruned: CachePlan[] = [];
  /** Told of the bytes that a prune frees. */
  onPrune: (bytes: number) => void = () => {};

  async folder(): Promise<string | null> {
    return '/var/lib/docker';
  }

  async use(): Promise<ImageUse> {
    return this.used;
  }

  async pruneCache(plan: CachePlan): Promise<number> {
    this.pruned.push(plan);
    const bytes = Math.max(0, this.used.cache - plan.keep);
    this.used = { ...this.used, cache: this.used.cache - bytes };
    this.onPrune(bytes);
    return bytes;
  }
}
