import type { AcmeAttempt } from './acme-attempt.ts';

/*
 * What an authority takes from one account and for one domain. Those of Let's Encrypt, which are the strictest of the
 * free ones that publish any: letsencrypt.org/docs/rate-limits. We stay below them by ourselves, since one that is hit
 * blocks for hours or days, and counts for every server under the same domain.
 */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Limit {
  /** What it counts, as a person reads it. */
  readonly what: string;
  readonly most: number;
  /** Milliseconds. */
  readonly within: number;
  /** Whether an attempt counts towards it when this domain is tried. */
  counts(attempt: AcmeAttempt, domain: string): boolean;
}

/** Asked the authority, and did not just renew in the time that it had told: such orders are free. */
const isCounted = ({ outcome, renews }: AcmeAttempt) => outcome !== 'not-ready' && !renews;

const limits: readonly Limit[] = [
  {
    what: 'failed validations of the domain within an hour',
    most: 4,
    within: hour,
    counts: (attempt, domain) => attempt.outcome === 'failed' && attempt.domain === domain,
  },
  {
    what: 'certificates for the domain within a week',
    most: 4,
    within: 7 * day,
    counts: (attempt, domain) =>
      isCounted(attempt) && attempt.outcome !== 'failed' && attempt.domain === domain,
  },
  {
    what: 'certificates under one registered domain within a week',
    most: 45,
    within: 7 * day,
    counts: (attempt, domain) =>
      isCounted(attempt) && attempt.outcome !== 'failed' && baseOf(attempt.domain) === baseOf(domain),
  },
  { what: 'orders within three hours', most: 270, within: 3 * hour, counts: isCounted },
];

/** Milliseconds before now from which attempts are looked at. */
export const limitMemory = 7 * day;

export interface Held {
  /** When the domain may be tried again. Milliseconds since 1970. */
  readonly until: number;
  readonly why: string;
}

/** Whether the authority's limits hold an order of the domain back. `attempts`: of the last week, newest first. */
export function heldByLimits(
  domain: string,
  attempts: readonly AcmeAttempt[],
  { directory, now }: { readonly directory: string; readonly now: number },
): Held | undefined {
  const there = attempts.filter((attempt) => attempt.directory === directory);
  const held = limits.flatMap((limit) => {
    const counted = there.filter((one) => one.at > now - limit.within && limit.counts(one, domain));
    const last = counted[limit.most - 1];
    const why = `${limit.most} ${limit.what} are as many as we ask for`;
    return last ? [{ until: last.at + limit.within, why }] : [];
  });
  return held.toSorted((a, b) => b.until - a.until)[0];
}

/**
 * The last two labels. What is registered may have one more, as under co.uk: then all under co.uk are counted together,
 * and we ask for fewer than we might.
 */
export function baseOf(domain: string): string {
  return domain.split('.').slice(-2).join('.');
}
