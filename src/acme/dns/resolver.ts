import { Resolver } from 'node:dns/promises';

/** Asks these name servers, `ADDRESS[:PORT]`, one after another; those of the machine where there are none. */
export function resolverOf(servers: readonly string[] = []): Resolver {
  const resolver = new Resolver({ timeout: 3000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

/** Does work whose questions of DNS end when the signal is aborted; throws its reason then. */
export async function cancelled<T>(
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
