/** How much a source may be. */
export interface SourceLimits {
  /** Of all files together. */
  readonly bytes: number;
  readonly entries: number;
  /** Bytes of one path. */
  readonly path: number;
}

export const sourceLimits: SourceLimits = { bytes: 1024 ** 3, entries: 200_000, path: 1024 };

/** Most bytes of an archive once it is unpacked: its files, and what a tar adds to each. */
export function archiveLimit(limits: SourceLimits): number {
  return limits.bytes + limits.entries * 2048;
}
