import type { Out } from '../model/line.ts';
import { noRequests, plus, servedText, since, type Requests } from '../model/requests.ts';
import type { Deps } from './deps.ts';

/**
 * Counts what an app's clients are answered from now on; of all names that it has meanwhile. The result writes it: how
 * many requests were served, and how many failed, by the router's own counters. Says nothing where there were none.
 */
export async function watchTraffic(
  deps: Deps,
  names: ReadonlySet<string>,
): Promise<(out: Out) => Promise<void>> {
  const before = await requestsOf(deps, names);
  return async (out) => {
    // The release is live: counters that cannot be had do not make a failure of it.
    const now = await requestsOf(deps, names).catch(() => before);
    const text = servedText(since(before, now));
    if (text !== undefined) out.detail(text);
  };
}

async function requestsOf(deps: Deps, names: ReadonlySet<string>): Promise<Requests> {
  let sum = noRequests;
  for (const name of names) sum = plus(sum, await deps.routes.router.requests(name));
  return sum;
}
