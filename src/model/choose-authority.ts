import type { AcmeAttempt } from './acme-attempt.ts';

/** Tries in a row at one authority before the other one is asked. */
const patience = 3;

/** What is no fault of the domain: another authority may give the certificate. */
const unable: readonly string[] = ['E_ACME_DOWN', 'E_ACME_LIMIT'];

/**
 * Which authority is asked next for a domain: the first one, until it could not three times in a row; then the other
 * one, until that could not either. Once there is a certificate, it begins with the first one again. Pure; `attempts`: of
 * the domain, newest first.
 */
export function chooseAuthority(
  { first, fallback }: { readonly first: string; readonly fallback: string | null },
  attempts: readonly AcmeAttempt[],
): string {
  if (fallback === null) return first;
  const issued = attempts.findIndex(({ outcome }) => outcome === 'issued');
  const streak = issued < 0 ? attempts : attempts.slice(0, issued);
  let [asked, other] = [first, fallback];
  let row = 0;
  for (const { directory, outcome, failure } of streak.toReversed()) {
    if (directory !== asked || outcome === 'not-ready') continue;
    row = failure !== null && unable.includes(failure.code) ? row + 1 : 0;
    if (row < patience) continue;
    [asked, other] = [other, asked];
    row = 0;
  }
  return asked;
}
