import type { Resolver } from 'node:dns/promises';
import { systemCode } from '../../base/failure.ts';
import { retryUntil } from '../../base/retry.ts';
import { failure } from '../../model/failures.ts';
import { cancelled, resolverOf } from './resolver.ts';
import type { TextRecord } from './text-records.ts';
import { zoneServers } from './zone-servers.ts';

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
  const servers = options.servers ?? (await zoneServers(record.name, signal));
  const all = servers.map((server) => ({ server, resolver: resolverOf([server]) }));
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
