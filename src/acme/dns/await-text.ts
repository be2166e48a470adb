import { Resolver } from 'node:dns/promises';
import { systemCode } from '../../base/failure.ts';
import { retryUntil } from '../../base/retry.ts';
import { failure } from '../../model/failures.ts';
import type { TextRecord } from './text-records.ts';

export interface AwaitOptions {
  /** Name servers to ask, with or without a port, instead of those of the zone. */
  readonly servers?: readonly string[];
  /** Milliseconds to wait at most; 3 minutes unless told otherwise. */
  readonly patience?: number;
}

interface Asked {
  readonly server: string;
  readonly resolver: Resolver;
}

/**
 * Waits until all name servers of a record's zone have it: an authority may ask any of them. Servers that do not answer
 * from here are left out, so where none does this does not wait. Throws E_DNS_PROVIDER with the server that lacks it.
 */
export async function awaitText(
  record: TextRecord,
  signal: AbortSignal,
  options: AwaitOptions = {},
): Promise<void> {
  const servers = options.servers ?? (await serversOf(record.name, signal));
  const all = servers.map((server) => ({ server, resolver: resolverOf(server) }));
  const lacking = await cancelled(all, signal, () => lastLack(all, record, { ...options, signal }));
  if (lacking === undefined) return;
  throw failure(
    'E_DNS_PROVIDER',
    `the TXT record ${record.name} was set, but name server ${lacking} does not have it`,
    {
      hint: 'check that the zone is the one that the domain is delegated to, and that its servers follow changes',
    },
  );
}

/** The server that lacked the record when the time was over; undefined as soon as all have it. */
async function lastLack(
  all: readonly Asked[],
  record: TextRecord,
  { patience = 180_000, signal }: AwaitOptions & { readonly signal: AbortSignal },
): Promise<string | undefined> {
  let lacking: string | undefined;
  await retryUntil(
    async () => {
      const lack = await Promise.all(all.map(({ resolver }) => lacks(resolver, record)));
      lacking = all[lack.indexOf(true)]?.server;
      return lacking === undefined ? true : undefined;
    },
    { firstPause: 500, maxPause: 5000, timeout: patience, signal },
  );
  return lacking;
}

async function lacks(resolver: Resolver, { name, value }: TextRecord): Promise<boolean> {
  try {
    return !(await resolver.resolveTxt(name)).some((parts) => parts.join('') === value);
  } catch (error) {
    return ['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'EREFUSED'].includes(systemCode(error) ?? '');
  }
}

/** Addresses of the name servers of the nearest zone above a name; none where they cannot be found from here. */
async function serversOf(name: string, signal: AbortSignal): Promise<string[]> {
  const resolver = resolverOf();
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

function resolverOf(server?: string): Resolver {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  if (server !== undefined) resolver.setServers([server]);
  return resolver;
}

/** Does work whose questions of DNS end when the signal is aborted; throws its reason then. */
async function cancelled<T>(
  all: readonly { readonly resolver: Resolver }[],
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const cancel = () => {
    for (const { resolver } of all) resolver.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', cancel);
    signal.throwIfAborted();
  }
}
