import { Resolver } from 'node:dns/promises';
import { systemCode } from '../base/failure.ts';

export interface NameAnswer {
  /** IPv4 and IPv6; empty: the name has none. */
  readonly addresses: readonly string[];
  /** Why nothing is known, as c-ares calls it; null where a name server answered. */
  readonly problem: string | null;
}

/** The name server said that there is no such name, or none of that kind. */
const none: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);

/** Milliseconds until it is given up; name servers as `ADDRESS[:PORT]`, those of this machine where there are none. */
export interface Asking {
  readonly timeout: number;
  readonly servers?: readonly string[];
}

/** Asks name servers for a name, past /etc/hosts. */
export async function resolveName(name: string, { timeout, servers = [] }: Asking): Promise<NameAnswer> {
  const resolver = new Resolver({ timeout, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  // Several servers are asked one after another, each with a time of its own.
  const late = setTimeout(() => resolver.cancel(), timeout);
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  clearTimeout(late);
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [codeOf(answer.reason)] : []));
  const problem = errors.find((code) => !none.has(code)) ?? null;
  return { addresses, problem: addresses.length > 0 ? null : problem };
}

function codeOf(error: unknown): string {
  const code = systemCode(error) ?? String(error);
  return code === 'ECANCELLED' ? 'ETIMEOUT' : code;
}
