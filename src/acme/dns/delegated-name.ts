import type { Resolver } from 'node:dns/promises';
import { failure } from '../../model/failures.ts';
import { cancelled, resolverOf } from './resolver.ts';
import { zoneServers } from './zone-servers.ts';

/** Aliases that are followed at most. */
const most = 8;

/** Servers of a zone that are asked, one after another, until one answers. */
const mostServers = 3;

/** What a provider may be told: an alias comes from the DNS of a domain, which may be anybody's. */
const namePattern = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/;

/**
 * Where the record of a name is to be written: where the aliases (CNAME) end that lead from it, since authorities follow
 * them (letsencrypt.org/docs/challenge-types). The name itself where it is none, or where DNS does not answer from here.
 * Throws E_DNS_PROVIDER for aliases without an end.
 */
export async function delegatedName(
  name: string,
  signal: AbortSignal,
  servers: readonly string[] = [],
): Promise<string> {
  let at = name;
  for (let count = 0; count <= most; count += 1) {
    const next = await aliasOf(at, signal, servers);
    if (next === undefined) return at;
    if (!namePattern.test(next)) throw endless(name, `${at} is an alias of what is no name`);
    at = next;
  }
  throw endless(name, `more than ${most} aliases lead from it`);
}

/** What a name is an alias of. One for all names (`*.shop.com`) does not count: it ends where the record is written. */
async function aliasOf(
  name: string,
  signal: AbortSignal,
  servers: readonly string[],
): Promise<string | undefined> {
  const resolver = await nearResolver(name, signal, servers);
  return cancelled([{ resolver }], signal, async () => {
    const target = await targetOf(resolver, name);
    if (target === undefined) return undefined;
    const sibling = name.replace(/^[^.]+/, '_slipway-nobody');
    return (await targetOf(resolver, sibling)) === target ? undefined : target;
  });
}

/**
 * Asks the zone's own servers first: another one would keep in mind that the record is not there, for as long as the zone
 * says, and tell us so once it is.
 */
async function nearResolver(
  name: string,
  signal: AbortSignal,
  servers: readonly string[],
): Promise<Resolver> {
  const near = await zoneServers(name, signal, servers);
  const resolver = resolverOf(servers);
  resolver.setServers([...near.slice(0, mostServers), ...resolver.getServers()]);
  return resolver;
}

async function targetOf(resolver: Resolver, name: string): Promise<string | undefined> {
  const [target] = await resolver.resolveCname(name).catch(() => []);
  return target?.toLowerCase().replace(/\.$/, '');
}

function endless(name: string, why: string) {
  return failure('E_DNS_PROVIDER', `the TXT record ${name} cannot be written: ${why}`, {
    hint: `look at the CNAME record of ${name}: it leads to where the record is written, or is not there`,
  });
}
