import type { Resolver } from 'node:dns/promises';
import { cancelled, resolverOf } from './resolver.ts';

/**
 * Addresses of the name servers of the nearest zone above a name, as the name servers that are given know it, else those of
 * the machine; none where they cannot be found from here.
 */
export async function zoneServers(
  name: string,
  signal: AbortSignal,
  servers: readonly string[] = [],
): Promise<readonly string[]> {
  const resolver = resolverOf(servers);
  return cancelled([{ resolver }], signal, async () => {
    const labels = name.split('.');
    for (let skip = 1; skip < labels.length && !signal.aborted; skip += 1) {
      const hosts = await resolver.resolveNs(labels.slice(skip).join('.')).catch(() => []);
      if (hosts.length > 0)
        return (await Promise.all(hosts.map((host) => addressesOf(resolver, host)))).flat();
    }
    return [];
  });
}

async function addressesOf(resolver: Resolver, host: string): Promise<string[]> {
  const found = await Promise.all([
    resolver.resolve4(host).catch(() => []),
    resolver.resolve6(host).catch(() => []),
  ]);
  return found.flat();
}
