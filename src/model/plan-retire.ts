import type { ReleaseRecord } from './release.ts';

/** Releases whose images are kept for a rollback. */
const keptReleases = 10;

/**
 * Tags of the images that an app still needs: of its newest releases that passed their checks, of one that a deploy is
 * making now, and of the current one. `records` are all its releases, newest first.
 */
export function keptImageTags(
  records: readonly ReleaseRecord[],
  current: number | null,
): ReadonlySet<string> {
  const newest = records.filter(({ state }) => state === 'passed').slice(0, keptReleases);
  const needed = records.filter(({ state, release }) => state === 'pending' || release.number === current);
  return new Set([...newest, ...needed].map(({ release }) => release.image.reference));
}

/**
 * Tags that are to be let go of now: those that no release needs, of about as many releases as are kept. What is older
 * was let go of by a clean-up before; to ask for all of it each time would take longer with every release.
 */
export function staleImageTags(
  records: readonly ReleaseRecord[],
  current: number | null,
): ReadonlySet<string> {
  const kept = keptImageTags(records, current);
  const passed = records.filter(({ state }) => state === 'passed');
  const oldest = passed[2 * keptReleases - 1]?.release.number ?? 0;
  const near = records.filter(({ release }) => release.number >= oldest);
  return new Set(near.map(({ release }) => release.image.reference).filter((tag) => !kept.has(tag)));
}
