import { counted } from '../counted.ts';
import { recordKind } from '../judge-reach.ts';
import { areaOf, type Finding } from './finding.ts';

/** What a name server said of a domain. */
export interface DomainAnswer {
  readonly domain: string;
  readonly app: string;
  /** Empty: it has none. */
  readonly addresses: readonly string[];
  /** Why nothing is known, such as `ETIMEOUT`; null where an answer came. */
  readonly problem: string | null;
}

/** Whether a domain needs no name server of its owner: it is this machine by rule, or says its address itself. */
export function needsNoLookup(domain: string): boolean {
  return /(^|\.)(localhost|sslip\.io|nip\.io|traefik\.me)$/.test(domain);
}

/** Where the domains of apps lead. `addresses`: this machine's own. */
export function judgeDomains(
  answers: readonly DomainAnswer[],
  addresses: readonly string[],
): readonly Finding[] {
  const dns = areaOf('Domains');
  const found = answers.map((answer) => judgeDomain(answer, addresses));
  const right = found.filter(({ state }) => state === 'ok').length;
  return [
    dns.ok(
      answers.length === 0
        ? 'no app has one that must be looked up'
        : `${right} of ${counted(answers.length, 'domain')} of apps lead here`,
    ),
    ...found.filter(({ state }) => state !== 'ok'),
  ];
}

function judgeDomain({ domain, app, ...answer }: DomainAnswer, own: readonly string[]): Finding {
  const dns = areaOf('Domains');
  const what = `${domain} of ${app}`;
  const here = own[0] ?? 'this machine';
  if (answer.problem !== null)
    return dns.warning(`${what} could not be looked up: ${answer.problem}`, 'see /etc/resolv.conf');
  if (answer.addresses.length === 0)
    return dns.warning(`${what} has no address`, `give it a record that leads to ${here}`);
  if (answer.addresses.some((address) => own.includes(address)))
    return judgeStray(what, answer.addresses, own);
  return dns.warning(
    `${what} leads to ${answer.addresses.join(', ')}, which is no address of this machine`,
    `right behind NAT or a proxy; else have it lead to ${here}`,
  );
}

/** One address is right: another one may be this machine from outside too, but not where there is no NAT. */
function judgeStray(what: string, addresses: readonly string[], own: readonly string[]): Finding {
  const dns = areaOf('Domains');
  const hasOwnA = addresses.some((address) => own.includes(address) && recordKind(address) === 'A');
  const stray = addresses.find(
    (address) => !own.includes(address) && (hasOwnA || recordKind(address) === 'AAAA'),
  );
  if (stray === undefined) return dns.ok(what);
  return dns.warning(
    `${what} leads here, and to ${stray} too, which is no address of this machine`,
    `remove the ${recordKind(stray)} record for ${stray}: authorities and browsers may take it first`,
  );
}
