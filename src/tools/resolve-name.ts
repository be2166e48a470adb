import type { CaaRecord } from 'node:dns';
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
export async function resolveName(name: string, asking: Asking): Promise<NameAnswer> {
  const answers = await inTime(asking, (resolver) =>
    Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]),
  );
  const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [codeOf(answer.reason)] : []));
  const problem = errors.find((code) => !none.has(code)) ?? null;
  return { addresses, problem: addresses.length > 0 ? null : problem };
}

/** The CAA records of the nearest name that has any, the name itself first. */
export interface NearestCaa {
  readonly at: string;
  /** Values of the records `issue` and `issuewild`. */
  readonly issue: readonly string[];
  readonly issuewild: readonly string[];
}

/** Asks for CAA records as an authority does (RFC 8659, 3). Null: there are none, or a name server does not answer. */
export function resolveCaa(name: string, asking: Asking): Promise<NearestCaa | null> {
  const labels = name.split('.');
  const above = labels.map((_, index) => labels.slice(index).join('.'));
  return inTime(asking, async (resolver) => {
    for (const at of above) {
      const records = await caaOf(resolver, at);
      if (records === null) return null;
      if (records.length === 0) continue;
      const valuesOf = (tag: 'issue' | 'issuewild') => records.flatMap((record) => record[tag] ?? []);
      return { at, issue: valuesOf('issue'), issuewild: valuesOf('issuewild') };
    }
    return null;
  });
}

/** Null: nothing is known. */
async function caaOf(resolver: Resolver, name: string): Promise<readonly CaaRecord[] | null> {
  try {
    return await resolver.resolveCaa(name);
  } catch (error) {
    return none.has(codeOf(error)) ? [] : null;
  }
}

async function inTime<T>(
  { timeout, servers = [] }: Asking,
  ask: (resolver: Resolver) => Promise<T>,
): Promise<T> {
  const resolver = new Resolver({ timeout, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  // Several servers are asked one after another, each with a time of its own.
  const late = setTimeout(() => resolver.cancel(), timeout);
  try {
    return await ask(resolver);
  } finally {
    clearTimeout(late);
  }
}

function codeOf(error: unknown): string {
  const code = systemCode(error) ?? String(error);
  return code === 'ECANCELLED' ? 'ETIMEOUT' : code;
}
