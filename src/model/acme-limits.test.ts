import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { AcmeAttempt } from './acme-attempt.ts';
import { AcmeLedger } from './acme-limits.ts';
import { planOrders } from './plan-orders.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = 1000 * day;
const directory = 'https://ca.test/directory';

type Tried = Partial<AcmeAttempt> & Pick<AcmeAttempt, 'domain'>;

function attempt(tried: Tried, index = 0): AcmeAttempt {
  return {
    id: -index,
    directory,
    renews: false,
    at: now - index * minute,
    outcome: 'issued',
    failure: null,
    ...tried,
  };
}

/** So many, a minute apart, newest first. */
const tries = (count: number, tried: (index: number) => Tried) =>
  Array.from({ length: count }, (_, index) => attempt(tried(index), index));

const held = (domain: string, attempts: readonly AcmeAttempt[]) =>
  new AcmeLedger(attempts, { directory, now }).held(domain);

describe('a limit holds a domain back', () => {
  const cases: readonly [
    string,
    RegExp,
    { most: number; within: number; tried: (index: number) => Tried },
  ][] = [
    [
      'of failed validations in an hour',
      /^4 failed validations of the domain within an hour/,
      { most: 4, within: hour, tried: () => ({ domain: 'a.dev', outcome: 'failed' }) },
    ],
    [
      'of certificates for one name in a week',
      /^4 certificates for the domain within a week/,
      { most: 4, within: 7 * day, tried: () => ({ domain: 'a.dev' }) },
    ],
    [
      'of certificates under one registered domain in a week',
      /^45 certificates under one registered domain/,
      { most: 45, within: 7 * day, tried: (index) => ({ domain: `x${index}.a.dev` }) },
    ],
    [
      'of orders in three hours',
      /^270 orders within three hours/,
      // As close together as it takes to have all of them in three hours.
      {
        most: 270,
        within: 3 * hour,
        tried: (index) => ({ domain: `x${index}.dev`, at: now - index * 1000 }),
      },
    ],
  ];
  for (const [what, why, { most, within, tried }] of cases) {
    test(`${what}, until the oldest of those is as old as that`, () => {
      const all = tries(most, tried);
      const found = held('a.dev', all);
      assert.match(found?.why ?? '', why);
      assert.equal(found?.until, (all.at(-1)?.at ?? 0) + within);
      assert.equal(held('a.dev', all.slice(1)), undefined);
    });
  }

  test('the longest of several is told', () => {
    const failed = tries(4, () => ({ domain: 'a.dev', outcome: 'failed' }));
    const issued = tries(4, () => ({ domain: 'a.dev' }));
    assert.match(held('a.dev', [...failed, ...issued])?.why ?? '', /within a week/);
  });
});

describe('what does not count', () => {
  test('a try for which the authority was not asked', () => {
    assert.equal(
      held(
        'a.dev',
        tries(400, () => ({ domain: 'a.dev', outcome: 'not-ready' })),
      ),
      undefined,
    );
  });

  test('a renewal within the time that the authority told', () => {
    assert.equal(
      held(
        'a.dev',
        tries(400, () => ({ domain: 'a.dev', renews: true })),
      ),
      undefined,
    );
  });

  test('what was asked of another authority, and failures of another name under the same domain', () => {
    assert.equal(
      held(
        'a.dev',
        tries(400, () => ({ domain: 'a.dev', directory: 'https://b.test/' })),
      ),
      undefined,
    );
    assert.equal(
      held(
        'a.dev',
        tries(4, () => ({ domain: 'b.a.dev', outcome: 'failed' })),
      ),
      undefined,
    );
  });

  test('but one that was cut off may have been issued', () => {
    assert.ok(
      held(
        'a.dev',
        tries(4, () => ({ domain: 'a.dev', outcome: null })),
      ),
    );
  });

  test('a wildcard is another name than its domain, under the same registered one', () => {
    const issued = tries(4, () => ({ domain: '*.a.dev' }));
    assert.equal(held('a.dev', issued), undefined);
    assert.ok(held('*.a.dev', issued));
    assert.ok(
      held(
        'a.dev',
        tries(45, () => ({ domain: '*.a.dev' })),
      ),
    );
  });
});

/** What letsencrypt.org/docs/rate-limits says, which are more than we ask for. */
const published = [
  { most: 300, within: 3 * hour, of: () => 'all' },
  {
    most: 50,
    within: 7 * day,
    of: ({ domain }: AcmeAttempt) => domain.split('.').slice(-2).join('.'),
    issued: true,
  },
  { most: 5, within: 7 * day, of: ({ domain }: AcmeAttempt) => domain, issued: true },
  { most: 5, within: hour, of: ({ domain }: AcmeAttempt) => domain, failed: true },
];

/** Which of the published limits these would have reached. */
function reached(attempts: readonly AcmeAttempt[]): readonly object[] {
  const asked = attempts.filter(({ outcome, renews }) => outcome !== 'not-ready' && !renews);
  return published.filter(({ most, within, of, issued = false, failed = false }) => {
    const counted = asked.filter(({ outcome }) =>
      issued ? outcome !== 'failed' : !failed || outcome === 'failed',
    );
    return [...Map.groupBy(counted, of).values()].some((group) => {
      const times = group.map(({ at }) => at).toSorted((a, b) => a - b);
      return times.some((at, index) => at - (times[index - most + 1] ?? -Infinity) < within);
    });
  });
}

interface Step {
  readonly domain: string;
  /** Milliseconds until it. */
  readonly wait: number;
  readonly outcome: AcmeAttempt['outcome'];
  /** Somebody asks for it by hand, who waits for no pause. */
  readonly byHand: boolean;
}

/** All steps in their time, each only where the plan allows it; no certificate is ever kept, as if each were lost. */
function played(steps: readonly Step[]): readonly AcmeAttempt[] {
  const attempts: AcmeAttempt[] = [];
  let clock = now;
  for (const { domain, wait, outcome, byHand } of steps) {
    clock += wait;
    const wanted = { domain, certificate: undefined, window: undefined };
    const [state] = planOrders([wanted], attempts, { now: clock, directory });
    if (!state || (byHand ? state.held !== null : state.next > clock)) continue;
    attempts.unshift({
      id: attempts.length,
      domain,
      directory,
      renews: false,
      at: clock,
      outcome,
      failure: null,
    });
  }
  return attempts;
}

const outcomes: fc.Arbitrary<AcmeAttempt['outcome']> = fc.constantFrom('issued', 'failed', null, 'not-ready');

interface Recipe {
  readonly domains: number;
  /** Domains under one that is registered. */
  readonly under: number;
  /** Longest wait between two steps. */
  readonly wait: number;
  readonly likely: readonly AcmeAttempt['outcome'][];
  readonly hands: boolean;
  readonly seed: number;
}

/** From one domain that fails all the time to hundreds of them, in days or in minutes. */
const recipe: fc.Arbitrary<Recipe> = fc.record({
  domains: fc.integer({ min: 1, max: 400 }),
  under: fc.integer({ min: 1, max: 60 }),
  wait: fc.constantFrom(1, 1000, minute, hour, 6 * hour),
  likely: fc.uniqueArray(outcomes, { minLength: 1 }),
  hands: fc.boolean(),
  seed: fc.nat(),
});

function stepsOf({ domains, under, wait, likely, hands, seed }: Recipe): Step[] {
  let state = seed;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
  return Array.from({ length: 500 }, () => {
    const number = next(domains);
    const outcome = likely[next(likely.length)] ?? null;
    const domain = `x${number}.a${Math.floor(number / under)}.dev`;
    return { domain, wait: next(wait + 1), outcome, byHand: hands && next(2) === 0 };
  });
}

test('whatever is tried, and whoever asks for it, no published limit is ever reached', () => {
  let most = 0;
  fc.assert(
    fc.property(recipe, (one) => {
      const attempts = played(stepsOf(one));
      assert.deepEqual(reached(attempts), []);
      most = Math.max(most, attempts.length);
    }),
    { numRuns: 60 },
  );
  assert.ok(most > 100, 'it did try');
});

test('one after another as fast as can be, as many as the limits allow and no more', () => {
  const many = Array.from(
    { length: 400 },
    (_, index): Step => ({
      domain: `x${index}.dev`,
      wait: 1000,
      outcome: 'issued',
      byHand: false,
    }),
  );
  assert.equal(played(many).length, 270);
});
