import { areaOf, type Finding } from './finding.ts';

/** The CAA records that hold for a name: its own, or those of the nearest name above that has any (RFC 8659). */
export interface CaaAnswer {
  /** Whose records they are. */
  readonly at: string;
  /** Values of the records `issue` and `issuewild`, as they are: `letsencrypt.org; validationmethods=dns-01`. */
  readonly issue: readonly string[];
  readonly issuewild: readonly string[];
}

export interface CaaFact {
  readonly app: string;
  /** What is ordered; `*.` in front is a wildcard. */
  readonly domain: string;
  /** What CAA records call the authority that is asked. */
  readonly authority: string;
  /** Null: there are none, or nothing is known. */
  readonly caa: CaaAnswer | null;
}

/** Whether CAA records forbid the authority to give a certificate. */
export function judgeCaa(facts: readonly CaaFact[]): readonly Finding[] {
  const certificates = areaOf('Certificates');
  return facts.flatMap(({ app, domain, authority, caa }) => {
    if (!caa || allows(caa, domain, authority)) return [];
    const kind = kindFor(caa, domain);
    return [
      certificates.broken(
        `A CAA record of ${caa.at} forbids ${authority} to give a certificate for ${domain} of ${app}`,
        `add the record: ${caa.at} CAA 0 ${kind} "${authority}"`,
      ),
    ];
  });
}

function allows(caa: CaaAnswer, domain: string, authority: string): boolean {
  const values = caa[kindFor(caa, domain)];
  return values.length === 0 || values.some((value) => issuerIn(value) === authority);
}

/** `issuewild` is for wildcards only, and then alone. */
function kindFor({ issuewild }: CaaAnswer, domain: string): 'issue' | 'issuewild' {
  return domain.startsWith('*.') && issuewild.length > 0 ? 'issuewild' : 'issue';
}

/** Empty where nobody may: `;` */
function issuerIn(value: string): string {
  return (value.split(';')[0] ?? '').trim().toLowerCase();
}
