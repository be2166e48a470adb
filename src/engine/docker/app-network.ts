import { labels, type Names } from '../../model/names.ts';
import type { Docker } from '../../tools/docker.ts';
import { ensureNetwork, removeNetworks } from '../../tools/own-network.ts';
import type { Subnet } from '../../tools/subnet.ts';

/** Where an app's network is made: the names and the pool of this instance. */
export interface NetworkPlan {
  readonly names: Names;
  /** Address block that app networks are cut from: `10.192.0.0/11`. */
  readonly pool: string;
}

/** Makes sure that the app's own network is there; gives its addresses. Throws what ensureNetwork throws. */
export function ensureAppNetwork(docker: Docker, app: string, { names, pool }: NetworkPlan): Promise<Subnet> {
  return ensureNetwork(docker, {
    name: names.network(app),
    labels: labelsOf(app, names),
    pool,
    internal: false,
  });
}

/** Removes the app's network, if there is one. */
export function removeAppNetwork(docker: Docker, app: string, names: Names): Promise<void> {
  return removeNetworks(docker, labelsOf(app, names));
}

function labelsOf(app: string, names: Names): Readonly<Record<string, string>> {
  return { [labels.instance]: names.instance, [labels.role]: 'network', [labels.app]: app };
}
