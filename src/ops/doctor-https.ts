import { mapParallel } from '../base/parallel.ts';
import { caaIdentity } from '../model/authority.ts';
import type { Finding } from '../model/diagnosis/finding.ts';
import { judgeCaa } from '../model/diagnosis/judge-caa.ts';
import { judgeCertificates, type CertificateFact } from '../model/diagnosis/judge-certificates.ts';
import { needsNoLookup } from '../model/diagnosis/judge-domains.ts';
import type { Deps } from './deps.ts';
import { failedWith, heldWhy, httpsStandings, type HttpsStanding } from './https-standing.ts';

/** The certificates that are served, and those that do not come; nothing without the store, which knows them. */
export async function httpsFindings(
  deps: Deps,
  lookUps: { readonly atOnce: number; readonly most: number },
): Promise<readonly Finding[]> {
  if (deps.storeFile.problem) return [];
  const standings = httpsStandings(deps);
  const asked = new Map(standings.flatMap((standing) => caaQuestions(standing)));
  const answers = await mapParallel(
    [...asked.values()].slice(0, lookUps.most),
    lookUps.atOnce,
    async (question) => ({
      ...question,
      caa: await deps.host.lookUpCaa(question.domain.replace(/^\*\./, '')),
    }),
  );
  return [...judgeCertificates(standings.map(factOf), deps.clock.now()), ...judgeCaa(answers)];
}

function factOf({ app, host, domain, reason, shown, kept }: HttpsStanding): CertificateFact {
  return {
    app,
    host,
    domain,
    reason,
    shown: shown ? { ...shown.facts, given: shown.ordered === null } : null,
    held: kept ? heldWhy(kept) : null,
    failed: kept ? failedWith(kept) : null,
  };
}

/** By the domain: those that are ordered from an authority whose name in CAA records is known. */
function caaQuestions({ app, domain, wishes }: HttpsStanding) {
  const authority = caaIdentity(wishes.directory);
  if (domain === null || authority === undefined || needsNoLookup(domain)) return [];
  return [[domain, { app, domain, authority }] as const];
}
