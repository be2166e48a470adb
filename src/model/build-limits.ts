/** What stands for builds among process types. */
export const buildType = 'build';

/** What builds may use; null: no limit. */
export interface BuildLimit {
  /** Bytes. */
  readonly memory: number | null;
  /** Cores, such as 0.5. */
  readonly cpus: number | null;
}

/** What a build is held to. */
export interface BuildLimits {
  /** All builds of the machine together. */
  readonly all: BuildLimit;
  /** Each step of this build, besides. */
  readonly own: BuildLimit;
}

/**
 * Bytes that all builds together may use where nobody set it: half of the machine's memory. The other half is for what
 * runs; more would let a build drive apps out of memory, less would end ordinary builds (a bundler takes a GB) on small
 * machines.
 */
export function defaultBuildMemory(total: number): number {
  return Math.floor(total / 2);
}
