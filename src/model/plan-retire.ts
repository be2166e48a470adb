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
