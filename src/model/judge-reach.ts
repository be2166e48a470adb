/** What came of asking for the file that shows whether a domain leads to us, at one of its addresses. */
export interface AddressAnswer {
  readonly address: string;
  /** `ours`: our own answer. `other`: another one. `silent`: nobody answered, which may be a matter of this machine. */
  readonly kind: 'ours' | 'other' | 'silent';
  /** What was answered instead, `status 404`, or why nobody did. */
  readonly what: string;
}

export interface ReachFacts {
  readonly domain: string;
  /** Why the name servers said nothing; null: they answered. */
  readonly problem: string | null;
  readonly answers: readonly AddressAnswer[];
  /** An address of this machine, for the advice. */
  readonly here: string | null;
  readonly port: number;
}

/** Why an authority would not find us under a domain, and what to do; undefined: it should, as far as can be seen. */
export function judgeReach(
  facts: ReachFacts,
): { readonly message: string; readonly hint: string } | undefined {
  const { domain, problem, answers, port } = facts;
  const here = facts.here ?? 'this machine';
  const record = `give ${domain} a record that leads to ${here}; it is looked at again by itself`;
  if (problem !== null)
    return {
      message: `${domain} could not be looked up: ${problem}`,
      hint: 'see /etc/resolv.conf, and the DNS of the domain',
    };
  if (answers.length === 0) return { message: `${domain} has no address yet`, hint: record };
  const other = answers.find(({ kind }) => kind === 'other');
  if (other && answers.some(({ kind }) => kind === 'ours'))
    return {
      message: `${domain} leads here, and to ${other.address} too, which answers ${other.what}`,
      hint: `remove the ${recordKind(other.address)} record for ${other.address}`,
    };
  if (other)
    return { message: `${domain} leads to ${other.address}, which answers ${other.what}`, hint: record };
  const silent = answers.find(({ kind }) => kind === 'silent');
  if (silent && !answers.some(({ kind }) => kind === 'ours'))
    return {
      message: `Nobody answers at port ${port} of ${silent.address}, where ${domain} leads: ${silent.what}`,
      hint: `let port ${port} through to this machine (firewall, port forwarding), or have ${domain} lead to ${here}`,
    };
  return undefined;
}

/** Kind of the DNS record that holds an address. */
export function recordKind(address: string): string {
  return address.includes(':') ? 'AAAA' : 'A';
}
