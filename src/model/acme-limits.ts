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
  /** What domains share that are counted together. */
  by(domain: string): string;
  counts(attempt: AcmeAttempt): boolean;
}

/** Asked the authority, and did not just renew in the time that it had told: such orders are free. */
const isCounted = ({ outcome, renews }: AcmeAttempt) => outcome !== 'not-ready' && !renews;

const isCertificate = (attempt: AcmeAttempt) => isCounted(attempt) && attempt.outcome !== 'failed';

const itself = (domain: string) => domain;

const limits: readonly Limit[] = [
  {
    what: 'failed validations of the domain within an hour',
    most: 4,
    within: hour,
    by: itself,
    counts: ({ outcome }) => outcome === 'failed',
  },
  {
    what: 'certificates for the domain within a week',
    most: 4,
    within: 7 * day,
    by: itself,
    counts: isCertificate,
  },
  {
    what: 'certificates under one registered domain within a week',
    most: 45,
    within: 7 * day,
    by: baseOf,
    counts: isCertificate,
  },
  { what: 'orders within three hours', most: 270, within: 3 * hour, by: () => 'all', counts: isCounted },
];

/** Milliseconds before now from which attempts are looked at. */
export const limitMemory = 7 * day;

export interface Held {
  /** When the domain may be tried again. Milliseconds since 1970. */
  readonly until: number;
  readonly why: string;
}

/** What one authority was asked for lately, as its limits count it. */
export class AcmeLedger {
  readonly #counted: readonly {
    readonly limit: Limit;
    readonly groups: ReadonlyMap<string, AcmeAttempt[]>;
  }[];

  /** `attempts`: of the last week, newest first; those at other authorities are left out. */
  constructor(
    attempts: readonly AcmeAttempt[],
    { directory, now }: { readonly directory: string; readonly now: number },
  ) {
    const there = attempts.filter((attempt) => attempt.directory === directory);
    this.#counted = limits.map((limit) => {
      const counted = there.filter((one) => one.at > now - limit.within && limit.counts(one));
      return { limit, groups: Map.groupBy(counted, ({ domain }) => limit.by(domain)) };
    });
  }

  /** Whether the limits hold an order of the domain back. */
  held(domain: string): Held | undefined {
    const held = this.#counted.flatMap(({ limit, groups }) => {
      const last = groups.get(limit.by(domain))?.[limit.most - 1];
      const why = `${limit.most} ${limit.what} are as many as we ask for`;
      return last ? [{ until: last.at + limit.within, why }] : [];
    });
    return held.toSorted((a, b) => b.until - a.until)[0];
  }
}

/**
 * The last two labels. What is registered may have one more, as under co.uk: then all under co.uk are counted together,
 * and we ask for fewer than we might.
 */
export function baseOf(domain: string): string {
  return domain.split('.').slice(-2).join('.');
}
