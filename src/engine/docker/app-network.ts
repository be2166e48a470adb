import { networkInterfaces } from 'node:os';
import { readIfThere } from '../../base/files.ts';
import { failure } from '../../model/failures.ts';
import { labels, type Names } from '../../model/names.ts';
import { type Docker, DockerError } from '../../tools/docker.ts';
import {
  createNetwork,
  deleteNetwork,
  listNetworks,
  type NetworkSummary,
} from '../../tools/docker-networks.ts';
import { dynamicRange, gateway } from './choose-address.ts';
import { chooseSubnet, countFree } from './choose-subnet.ts';
import { parseRoutes } from './routes.ts';
import { formatSubnet, parseSubnet, type Subnet } from './subnet.ts';

/** Where an app's network is made: the names and the pool of this instance. */
export interface NetworkPlan {
  readonly names: Names;
  /** Address block that app networks are cut from: `10.192.0.0/11`. */
  readonly pool: string;
}

/** Tries before giving up: each lost one means that somebody else took the subnet or the name at the same moment. */
const tries = 20;

/** Makes sure that the app's own network is there; gives its addresses. Throws E_NETWORK_POOL when none are free. */
export async function ensureNetwork(docker: Docker, app: string, plan: NetworkPlan): Promise<Subnet> {
  const refused: Subnet[] = [];
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const present = await listNetworks(docker);
    const own = present.find((network) => isOwn(network, app, plan.names));
    if (own) return subnetOfNetwork(own);
    const subnet = await freeSubnet(present, app, { plan, refused });
    if (await tryCreate(docker, app, { plan, subnet })) return subnet;
    refused.push(subnet);
  }
  throw failure(
    'E_NETWORK_POOL',
    `Docker refused ${tries} subnets of ${plan.pool} for the network of ${app}`,
  );
}

/** Removes the app's network, if there is one. */
export async function removeNetwork(docker: Docker, app: string, names: Names): Promise<void> {
  const own = (await listNetworks(docker)).filter((network) => isOwn(network, app, names));
  for (const network of own) await deleteNetwork(docker, network.id);
}

function isOwn(network: NetworkSummary, app: string, names: Names): boolean {
  return network.labels[labels.instance] === names.instance && network.labels[labels.app] === app;
}

function subnetOfNetwork(network: NetworkSummary): Subnet {
  const subnet = network.subnets.map(parseSubnet).find((one) => one !== undefined);
  if (!subnet)
    throw failure('E_DOCKER', `The network ${network.name} has no IPv4 subnet`, {
      hint: `remove it: docker network rm ${network.name}`,
    });
  return subnet;
}

async function freeSubnet(
  present: readonly NetworkSummary[],
  app: string,
  { plan, refused }: { plan: NetworkPlan; refused: readonly Subnet[] },
): Promise<Subnet> {
  const pool = parsePool(plan.pool);
  const taken = [...(await takenSubnets(present)), ...refused];
  const chosen = chooseSubnet(pool, taken, `${plan.names.instance}/${app}`);
  if (!chosen) throw failure('E_NETWORK_POOL', `Every subnet of ${plan.pool} is in use on this machine`);
  return chosen;
}

/** How many subnets of the pool are left for further apps, with these networks there. */
export async function countFreeSubnets(present: readonly NetworkSummary[], pool: string): Promise<number> {
  return countFree(parsePool(pool), await takenSubnets(present));
}

function parsePool(text: string): Subnet {
  const pool = parseSubnet(text);
  if (pool) return pool;
  throw failure('E_INPUT', `${text} is not an IPv4 block for app networks`, {
    hint: 'such as 10.192.0.0/11',
  });
}

async function takenSubnets(present: readonly NetworkSummary[]): Promise<readonly Subnet[]> {
  const docker = present.flatMap((network) => network.subnets).map(parseSubnet);
  return [...docker, ...(await hostSubnets())].filter((subnet) => subnet !== undefined);
}

/** What the machine itself uses: addresses of its interfaces and its routes. */
async function hostSubnets(): Promise<(Subnet | undefined)[]> {
  const interfaces = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const routes = parseRoutes((await readIfThere('/proc/net/route')) ?? '');
  return [...routes, ...interfaces.map((address) => parseSubnet(address.cidr ?? ''))];
}

/** False where another network took the subnet or the name in the meantime. */
async function tryCreate(
  docker: Docker,
  app: string,
  { plan, subnet }: { plan: NetworkPlan; subnet: Subnet },
): Promise<boolean> {
  const { names } = plan;
  try {
    await createNetwork(docker, {
      name: names.network(app),
      labels: { [labels.instance]: names.instance, [labels.role]: 'network', [labels.app]: app },
      subnet: formatSubnet(subnet),
      gateway: gateway(subnet),
      dynamic: formatSubnet(dynamicRange(subnet)),
    });
    return true;
  } catch (error) {
    const raced =
      error instanceof DockerError && (error.status === 409 || error.message.includes('overlaps'));
    if (raced) return false;
    throw error;
  }
}
