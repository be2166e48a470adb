import type { AcmeAttempt } from './acme-attempt.ts';
import { trialDirectory } from './authority.ts';
import { AcmeLedger, type Held } from './acme-limits.ts';
import type { Certificate } from './certificate.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** When the authority wants a certificate renewed. Milliseconds since 1970. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/** A domain that shall have a certificate by itself, and what is known of it. */
export interface WantedDomain {
  readonly domain: string;
  /** The one that was ordered for it, if there is one. */
  readonly certificate: Certificate | undefined;
  /** What the authority said of it, if it did. */
  readonly window: Window | undefined;
}

export interface OrderState extends WantedDomain {
  /** How often it failed in a row, whether the authority was asked or not. */
  readonly failures: number;
  readonly last: AcmeAttempt | undefined;
  /** When it is tried next; it may be now. */
  readonly next: number;
  /** Until when the limits of the authority hold it back, whoever asks for it. Null: they do not. */
  readonly held: Held | null;
  /** It renews a certificate within the window that the authority has told. */
  readonly renews: boolean;
}

/** When each domain is tried next. Pure; `attempts`: of the last week, newest first. */
export function planOrders(
  wanted: readonly WantedDomain[],
  attempts: readonly AcmeAttempt[],
  now: { readonly now: number; readonly directory: string },
): readonly OrderState[] {
  const byDomain = Map.groupBy(attempts, ({ domain }) => domain);
  const ledger = new AcmeLedger(attempts, now);
  return wanted.map((one) => stateOf(one, { own: byDomain.get(one.domain) ?? [], ledger, ...now }));
}

interface Known {
  readonly own: readonly AcmeAttempt[];
  readonly ledger: AcmeLedger;
  readonly now: number;
  readonly directory: string;
}

function stateOf(wanted: WantedDomain, { own, ledger, now, directory }: Known): OrderState {
  const { domain, certificate, window } = wanted;
  const failed = own.findIndex(({ outcome }) => outcome === 'issued');
  const streak = failed < 0 ? own : own.slice(0, failed);
  const [last] = own;
  const due = dueTime(wanted, directory);
  const again = nextTry(streak, directory);
  // Another authority does not know what it told.
  const renews = window !== undefined && certificate?.directory === directory && window.start <= now;
  const limit = renews ? undefined : ledger.held(domain);
  const next = Math.max(due, again, limit?.until ?? 0);
  return { ...wanted, failures: streak.length, last, next, held: limit ?? null, renews };
}

/** When its certificate is to be another one; one that nobody trusts is no reason to wait. */
function dueTime({ certificate, window }: WantedDomain, directory: string): number {
  const isTrial = certificate?.directory === trialDirectory && directory !== trialDirectory;
  return certificate && !isTrial ? renewalTime(certificate, window) : 0;
}

/**
 * Within the authority's window (RFC 9773), else after two thirds of its life, up to a tenth earlier: a moment that
 * differs from certificate to certificate and stays the same for each, so that not all are renewed at once.
 */
export function renewalTime({ facts }: Pick<Certificate, 'facts'>, window: Window | undefined): number {
  const share = parseInt(facts.fingerprint.slice(0, 8), 16) / 2 ** 32;
  if (window) return window.start + share * (window.end - window.start);
  const life = facts.notAfter - facts.notBefore;
  return facts.notBefore + life * (2 / 3 - share / 10);
}

/** Somebody sets up the DNS right now: looked at often at first. It costs the authority nothing. */
const lookPauses = [
  ...Array.from({ length: 20 }, () => 30 * second),
  ...Array.from({ length: 20 }, () => 3 * minute),
];
const lookPause = 30 * minute;

/** The authority was asked: each failure counts there. */
const askPauses = [30 * second, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour];
const askPause = day;

/** Milliseconds from the last of a row of failures, newest first, to the next try. */
function pauseAfter(streak: readonly AcmeAttempt[]): number {
  const asked = streak.filter(({ outcome }) => outcome !== 'not-ready').length;
  const [last] = streak;
  if (last?.outcome === 'not-ready') return lookPauses[streak.length - asked - 1] ?? lookPause;
  return askPauses[asked - 1] ?? askPause;
}

/** After a row of failures; not before that authority wants it, also where we have only looked at DNS since. */
function nextTry(streak: readonly AcmeAttempt[], directory: string): number {
  const [last] = streak;
  if (!last) return 0;
  const there = streak.filter((attempt) => attempt.directory === directory);
  const wanted = there.map(({ at, failure }) => at + (failure?.retryAfter ?? 0));
  return Math.max(last.at + pauseAfter(streak), ...wanted);
}
