import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Secret } from '../base/secret.ts';
import type { AcmeAttempt } from './acme-attempt.ts';
import { trialDirectory } from './authority.ts';
import type { Certificate } from './certificate.ts';
import { planOrders, renewalTime, type OrderState, type Window } from './plan-orders.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = 1000 * day;
const directory = 'https://ca.test/directory';
const domain = 'www.shop.dev';

const facts = (notBefore: number, lifetime: number, fingerprint: string) => ({
  names: [domain],
  notBefore,
  notAfter: notBefore + lifetime,
  issuer: 'Test',
  selfSigned: false,
  serial: '1',
  fingerprint,
  key: 'EC prime256v1',
});

/** As kept; `share`: the eight digits that its moment is drawn from. */
const certificate = (notBefore = now - day, lifetime = 90 * day, share = '80000000'): Certificate => ({
  id: 1,
  chain: '',
  key: new Secret(''),
  pem: new Secret(''),
  facts: facts(notBefore, lifetime, share.padEnd(64, '0')),
  app: null,
  ordered: domain,
  directory,
  createdAt: notBefore,
  createdBy: 'slipwayd',
});

type Outcome = AcmeAttempt['outcome'];

/** Attempts, newest first, the last one a moment ago or `at`. */
function attempts(
  outcomes: readonly Outcome[],
  { at = now, retryAfter = null }: { readonly at?: number; readonly retryAfter?: number | null } = {},
): AcmeAttempt[] {
  return outcomes.map((outcome, index) => ({
    id: outcomes.length - index,
    domain,
    directory,
    renews: false,
    at: at - index * day,
    outcome,
    failure: outcome === 'issued' || outcome === null ? null : { code: 'E_ACME', message: 'no', retryAfter },
  }));
}

function stateOf(
  known: readonly AcmeAttempt[],
  { held, window }: { readonly held?: Certificate; readonly window?: Window } = {},
): OrderState {
  const [state] = planOrders([{ domain, certificate: held, window }], known, { now, directory });
  return state ?? assert.fail('no state');
}

const pauseOf = (...args: Parameters<typeof attempts>) => stateOf(attempts(...args)).next - now;

describe('when a certificate is renewed', () => {
  test('after two thirds of its life, up to a tenth of it earlier', () => {
    const life = 90 * day;
    const at = (share: string) => renewalTime(certificate(0, life, share), undefined) / life;
    assert.equal(at('00000000'), 2 / 3);
    assert.ok(Math.abs(at('80000000') - (2 / 3 - 0.05)) < 1e-9);
    assert.ok(at('ffffffff') > 2 / 3 - 0.1 && at('ffffffff') < 2 / 3 - 0.0999);
  });

  test('of six days, with two of them left', () => {
    const left = 6 * day - renewalTime(certificate(0, 6 * day, '00000000'), undefined);
    assert.ok(Math.abs(left - 2 * day) < 1);
  });

  test('within the window that its authority tells, also where that is long before', () => {
    const window = { start: now - 2 * day, end: now - day };
    const [early, late] = ['00000000', 'ffffffff'].map((share) =>
      renewalTime(certificate(0, 90 * day, share), window),
    );
    assert.equal(early, window.start);
    assert.ok(late !== undefined && late < window.end && late > window.end - minute);
    assert.ok(stateOf([], { held: certificate(), window }).next <= now);
  });

  test('is spread: of a thousand that are issued in one minute, no hour has more than a fortieth', () => {
    const hours = Array.from({ length: 1000 }, (_, index) => {
      const share = Math.floor(((index * 0.618_033_988) % 1) * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
      return Math.floor(renewalTime(certificate(0, 90 * day, share), undefined) / hour);
    });
    const most = Math.max(...[...Map.groupBy(hours, (one) => one).values()].map(({ length }) => length));
    assert.ok(most <= 25, String(most));
  });

  test('always before it expires and after it was issued, and for one certificate at one moment', () => {
    const share = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((one) => one.toString(16).padStart(8, '0'));
    fc.assert(
      fc.property(share, fc.integer({ min: hour, max: 400 * day }), (one, life) => {
        const at = renewalTime(certificate(0, life, one), undefined);
        assert.ok(at > life / 2 && at < life * 0.67);
        assert.equal(at, renewalTime(certificate(0, life, one), undefined));
      }),
    );
  });
});

describe('when a domain is tried', () => {
  test('at once where nothing is known of it, and not before its time where it has a certificate', () => {
    const fresh = stateOf([]);
    assert.deepEqual([fresh.next <= now, fresh.failures, fresh.last, fresh.held], [true, 0, undefined, null]);
    const held = certificate();
    assert.equal(stateOf([], { held }).next, renewalTime(held, undefined));
  });

  test('after what failed there, with pauses that grow to a day', () => {
    const pauses = Array.from({ length: 8 }, (_, index) => pauseOf(Array(index + 1).fill('failed')));
    assert.deepEqual(pauses, [30_000, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour, day, day]);
  });

  test('after a look at DNS that found it elsewhere: twenty times soon, then every half hour', () => {
    const looks = (count: number) => pauseOf(Array(count).fill('not-ready'));
    assert.deepEqual([1, 20, 21, 40, 41, 500].map(looks), [
      30_000,
      30_000,
      3 * minute,
      3 * minute,
      30 * minute,
      30 * minute,
    ]);
  });

  test('looks and failures have pauses of their own', () => {
    assert.equal(pauseOf(['failed', ...Array(50).fill('not-ready')]), 30_000);
    assert.equal(pauseOf(['not-ready', 'failed', 'failed', 'failed', 'failed', 'failed']), 30_000);
  });

  test('after a success, the failures before it are forgotten', () => {
    assert.equal(pauseOf(['failed', 'issued', 'failed', 'failed', 'failed']), 30_000);
    assert.equal(stateOf(attempts(['failed', 'issued', 'failed'])).failures, 1);
    assert.equal(stateOf(attempts(['issued', 'failed', 'failed'])).failures, 0);
  });

  test('one that was cut off counts as one that failed: a slipwayd that dies of it does not ask for ever', () => {
    assert.equal(pauseOf([null]), 30_000);
    assert.equal(pauseOf([null, null, null]), 30 * minute);
    assert.equal(stateOf(attempts([null])).failures, 1);
  });

  test('not before the authority wants to be asked again, whatever it was looked for since', () => {
    assert.equal(pauseOf(['failed'], { retryAfter: 3 * hour }), 3 * hour);
    assert.equal(pauseOf(['failed'], { retryAfter: 1000 }), 30_000);
    const refused = attempts(['failed'], { at: now - hour, retryAfter: 3 * hour });
    const looked = attempts(['not-ready']);
    assert.equal(stateOf([...looked, ...refused]).next - now, 2 * hour);
  });

  test('a failure of another domain is none of it', () => {
    const others = attempts(['failed', 'failed']).map((one) => ({ ...one, domain: 'blog.dev' }));
    assert.ok(stateOf(others).next <= now);
  });
});

describe('the limits of the authority', () => {
  const issued = Array.from({ length: 4 }, (_, index): AcmeAttempt => {
    const [one] = attempts(['issued'], { at: now - index * hour });
    return one ?? assert.fail('none');
  });

  test('hold a domain back, and say why', () => {
    const state = stateOf(issued);
    assert.equal(state.next, now - 3 * hour + 7 * day);
    assert.match(state.held?.why ?? '', /certificates for the domain within a week/);
  });

  test('are told also where a pause is longer', () => {
    const state = stateOf([...attempts(['failed'], { retryAfter: 9 * day }), ...issued]);
    assert.equal(state.next, now + 9 * day);
    assert.ok((state.held?.until ?? 0) > now);
  });

  test('of another authority are not these', () => {
    assert.equal(stateOf(issued.map((one) => ({ ...one, directory: 'https://other.test/' }))).held, null);
  });

  test('do not hold what the authority itself wants renewed now', () => {
    const window = { start: now - day, end: now - hour };
    const held = certificate(now - 60 * day);
    const state = stateOf(issued, { held, window });
    assert.deepEqual([state.renews, state.held, state.next <= now], [true, null, true]);
    const later = { start: now + day, end: now + 2 * day };
    assert.equal(stateOf(issued, { held, window: later }).renews, false);
  });

  test('do hold a certificate of another authority, which knows nothing of a renewal', () => {
    const window = { start: now - day, end: now - hour };
    const held = { ...certificate(now - 60 * day), directory: 'https://other.test/' };
    const state = stateOf(issued, { held, window });
    assert.deepEqual([state.renews, state.held !== null], [false, true]);
  });
});

test('A certificate for trying things out is replaced as soon as another authority is set, and no other one is.', () => {
  const stateWith = (from: string, to: string) => {
    const one = { domain, certificate: { ...certificate(), directory: from }, window: undefined };
    return planOrders([one], [], { now, directory: to })[0];
  };
  assert.equal(stateWith(trialDirectory, directory)?.next, 0);
  assert.ok((stateWith(trialDirectory, trialDirectory)?.next ?? 0) > now);
  assert.ok((stateWith('https://fallback.test/', directory)?.next ?? 0) > now);
});
