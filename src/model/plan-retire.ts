import type { ReleaseRecord } from './release.ts';

/**
 * Tags of the images that an app still needs: of the `keep` newest releases that passed their checks, of one that a deploy is
 * making now, and of the current one. `records` are all its releases, newest first.
 */
export function keptImageTags(
  records: readonly ReleaseRecord[],
  { current, keep }: { readonly current: number | null; readonly keep: number },
): ReadonlySet<string> {
  const newest = records.filter(({ state }) => state === 'passed').slice(0, keep);
  const needed = records.filter(({ state, release }) => state === 'pending' || release.number === current);
  return new Set([...newest, ...needed].map(({ release }) => release.image.reference));
}

/**
 * Tags that are to be let go of now: those that no release needs, of some more releases than are kept. What is older was
 * let go of by a clean-up before; to ask for all of it each time would take longer with every release.
 */
export function staleImageTags(
  records: readonly ReleaseRecord[],
  limits: { readonly current: number | null; readonly keep: number },
): ReadonlySet<string> {
  const kept = keptImageTags(records, limits);
  const passed = records.filter(({ state }) => state === 'passed');
  const oldest = passed[limits.keep + lookedBack - 1]?.release.number ?? 0;
  const near = records.filter(({ release }) => release.number >= oldest);
  return new Set(near.map(({ release }) => release.image.reference).filter((tag) => !kept.has(tag)));
}

/** Releases before the kept ones whose images may still be there. */
const lookedBack = 20;
