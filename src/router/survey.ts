import type { RouterFacts } from '../model/diagnosis/facts.ts';
import { readState, unlessDown } from './running-proxy.ts';
import type { Proxy } from './start-haproxy.ts';

const down: RouterFacts = { running: false, pids: [], served: [] };

/** What the HAProxy that runs now serves, as it says itself. */
export async function surveyProxy({ master, paths }: Proxy): Promise<RouterFacts> {
  const found = await unlessDown(async () => {
    const workers = await master.workers();
    return { workers, state: await readState(master, workers.current, paths) };
  });
  if (!found) return down;
  const { workers, state } = found;
  // What is left of an app that is gone keeps its place until the next change.
  const served = [...state.apps].filter(([, { hosts, servers }]) => hosts.length + servers.length > 0);
  return {
    running: true,
    pids: [workers.current, ...workers.old],
    served: served.map(([app, { hosts, servers }]) => ({
      app,
      hosts: hosts.map(({ host }) => host),
      endpoints: servers.length,
    })),
  };
}
