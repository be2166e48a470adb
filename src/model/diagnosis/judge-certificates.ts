import { counted } from '../counted.ts';
import { failureKind, type FailureCode } from '../failures.ts';
import { areaOf, type Finding } from './finding.ts';

/** How a host of an app stands with https. Times in milliseconds since 1970. */
export interface CertificateFact {
  readonly app: string;
  readonly host: string;
  /** What is ordered for it: itself, or a wildcard that it is under; null: nothing. */
  readonly domain: string | null;
  readonly shown: { readonly notBefore: number; readonly notAfter: number; readonly given: boolean } | null;
  /** Why nothing is ordered; null: it is. */
  readonly reason: string | null;
  /** Our limits hold the next try, and why. */
  readonly held: string | null;
  /** What the last try failed with; null: it did not. */
  readonly failed: { readonly code: string; readonly message: string } | null;
}

const certificates = areaOf('Certificates');

/** Share of its life that a certificate has left when it should have been renewed, and when it is about to end. */
const due = 1 / 3;
const ending = 1 / 10;

/** One that is not renewed by itself: its owner is told so long before its end, at most. */
const noticeOfGiven = 14 * 24 * 3_600_000;

/** Certificates that have expired or will, and hosts whose tries for one fail. */
export function judgeCertificates(facts: readonly CertificateFact[], now: number): readonly Finding[] {
  const served = facts.filter(({ shown }) => shown && shown.notAfter > now).length;
  // Of those under one wildcard, all stand alike.
  const ones = [...Map.groupBy(facts, ({ domain, host }) => domain ?? host).values()];
  return [
    certificates.ok(
      facts.length === 0
        ? 'no app has a host name'
        : `https serves ${served} of ${counted(facts.length, 'host name')}`,
    ),
    ...ones.flatMap(([fact]) => (fact ? judgeOne(fact, now) : [])),
  ];
}

function judgeOne(fact: CertificateFact, now: number): readonly Finding[] {
  const { shown } = fact;
  if (!shown) return judgeMissing(fact);
  const left = (shown.notAfter - now) / (shown.notAfter - shown.notBefore);
  if (left <= 0) {
    const why = whyNotRenewed(fact);
    return [
      certificates.broken(
        `The certificate for ${named(fact)} expired on ${day(shown.notAfter)}${why === null ? '' : `: ${why}`}`,
        fixOf(fact),
      ),
    ];
  }
  return shown.given ? judgeGiven(fact, shown, now) : judgeAutomatic(fact, { left, end: shown.notAfter });
}

function judgeMissing(fact: CertificateFact): readonly Finding[] {
  const why = fact.held ?? fact.failed?.message ?? null;
  return why === null ? [] : [certificates.warning(`${named(fact)} has no https yet: ${why}`, fixOf(fact))];
}

function judgeGiven(
  fact: CertificateFact,
  { notBefore, notAfter }: { readonly notBefore: number; readonly notAfter: number },
  now: number,
): readonly Finding[] {
  if (notAfter - now > Math.min((notAfter - notBefore) * due, noticeOfGiven)) return [];
  const text = `The certificate for ${named(fact)}, which was given, expires on ${day(notAfter)}`;
  return [certificates.warning(text, newOne(fact))];
}

function judgeAutomatic(
  fact: CertificateFact,
  { left, end }: { readonly left: number; readonly end: number },
): readonly Finding[] {
  const why = whyNotRenewed(fact);
  if (left > due || why === null) return [];
  const text = `The certificate for ${named(fact)} expires on ${day(end)}, and is not renewed: ${why}`;
  return [left < ending ? certificates.broken(text, fixOf(fact)) : certificates.warning(text, fixOf(fact))];
}

function whyNotRenewed({ reason, held, failed }: CertificateFact): string | null {
  return reason ?? held ?? failed?.message ?? null;
}

/** Codes that nobody has to do anything about. */
const passing: readonly string[] = ['E_ACME_LIMIT', 'E_ACME_DOWN'] satisfies readonly FailureCode[];

function fixOf(fact: CertificateFact): string {
  const { app, reason, held, failed } = fact;
  if (reason === 'disabled') return `slipway letsencrypt:enable ${app}`;
  if (reason !== null) return newOne(fact);
  if (held !== null) return 'nothing to do: it is ordered as soon as it may be';
  if (failed && passing.includes(failed.code)) return failureKind(failed.code).hint;
  return `slipway letsencrypt:enable ${app} tries it now, and tells what to do`;
}

function newOne({ app, shown }: CertificateFact): string {
  const give = `slipway certs:add ${app} CRT KEY`;
  return shown?.given ? `${give}, or slipway certs:remove ${app}: then one comes by itself` : give;
}

function named({ app, host, domain }: CertificateFact): string {
  return `${domain ?? host} of ${app}`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
