import type { Out } from '../model/line.ts';
import type { Deps } from './deps.ts';

/**
 * Counts what an app's clients are answered from now on. The result writes it: how many requests were served meanwhile,
 * and how many of them with a status of 500 and above, by the router's own counters. Says nothing where there were none,
 * or where the counters began anew meanwhile.
 */
export async function watchTraffic(deps: Deps, app: string): Promise<(out: Out) => Promise<void>> {
  const { router } = deps.routes;
  const before = await router.requests(app);
  return async (out) => {
    // The release is live: counters that cannot be had do not make a failure of it.
    const now = await router.requests(app).catch(() => before);
    const [answered, failed] = [now.answered - before.answered, now.failed - before.failed];
    if (answered > 0 && failed >= 0)
      out.detail(`${answered} requests were served meanwhile, ${failed} of them failed`);
  };
}
