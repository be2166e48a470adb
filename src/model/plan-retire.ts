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
