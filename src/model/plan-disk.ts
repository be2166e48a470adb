/** How much build cache is left, and how long what goes must have been used by no build. */
export interface CachePlan {
  /** Bytes, never 0: what was used last stays. */
  readonly keep: number;
  readonly unusedHours: number;
}

/** Hours for which build cache that was used is left alone; fewer where the disk is short. */
const patience = { usual: 24, short: 1 };

/** What is left of a budget where the disk is short: the cache never goes as a whole. */
const leastShare = 1 / 8;

/**
 * What may go of the build cache. It carries no owner: it is Docker's, used by all that build on the machine. So only what
 * is beyond the budget and was not used for a day goes; where the disk lacks `missing` bytes, so much more of it, of what
 * was not used for an hour. Null: nothing, where the budget is off.
 */
export function planCache(
  budget: number | null,
  { cache, missing }: { readonly cache: number; readonly missing: number } = { cache: 0, missing: 0 },
): CachePlan | null {
  if (budget === null) return null;
  if (missing <= 0) return { keep: budget, unusedHours: patience.usual };
  const keep = Math.min(budget, Math.max(cache - missing, budget * leastShare));
  return { keep: Math.floor(keep), unusedHours: patience.short };
}

/** A file of the logs that are kept. */
export interface SizedLog {
  readonly app: string;
  readonly name: string;
  readonly bytes: number;
  /** Time of its last line, or of its first where it may still grow. */
  readonly time: string;
  readonly mayGrow: boolean;
}

/** The files that go, oldest first, so that the rest has at most so many bytes; of each app the newest that may grow stays. */
export function planLogs(files: readonly SizedLog[], most: number): readonly SizedLog[] {
  const growing = new Map<string, SizedLog>();
  for (const file of files)
    if (file.mayGrow && file.time >= (growing.get(file.app)?.time ?? '')) growing.set(file.app, file);
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const gone: SizedLog[] = [];
  for (const file of files.toSorted((a, b) => (a.time < b.time ? -1 : 1))) {
    if (left <= most) break;
    if (growing.get(file.app) === file) continue;
    gone.push(file);
    left -= file.bytes;
  }
  return gone;
}
