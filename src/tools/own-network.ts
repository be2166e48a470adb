import { networkInterfaces } from 'node:os';
import { readIfThere } from '../base/files.ts';
import { dynamicRange, gateway } from './choose-address.ts';
import { chooseSubnet, countFree } from './choose-subnet.ts';
import { type Docker, DockerError } from './docker.ts';
import {
  createNetwork,
  deleteNetwork,
  emptyNetwork,
  listNetworks,
  type NetworkSummary,
} from './docker-networks.ts';
import { parseRoutes } from './route-table.ts';
import { formatSubnet, parseSubnet, type Subnet } from './subnet.ts';

/** A bridge network of ours, with a subnet that we choose: Docker's own pools end at about 30 networks. */
export interface NetworkWish {
  readonly name: string;
  /** By which it is found again: all of them together are of this network alone. */
  readonly labels: Readonly<Record<string, string>>;
  /** Address block that its subnet is cut from: `10.192.0.0/11`. */
  readonly pool: string;
  /** Leads nowhere: what is in it reaches only what else is in it. */
  readonly internal: boolean;
}

/** No subnet is to be had, for the reason that the message says. */
export class SubnetError extends Error {
  /** `pool`: what should be one is none; `full`: there is none left. */
  readonly kind: 'pool' | 'full';

  constructor(kind: 'pool' | 'full', message: string) {
    super(message);
    this.name = 'SubnetError';
    this.kind = kind;
  }
}

/** Tries before giving up: each lost one means that somebody else took the subnet or the name at the same moment. */
const tries = 20;

/** Makes sure that the network is there; gives its addresses. Throws SubnetError, DockerError. */
export async function ensureNetwork(docker: Docker, wish: NetworkWish): Promise<Subnet> {
  const refused: Subnet[] = [];
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const present = await listNetworks(docker);
    const own = present.find((network) => hasLabels(network, wish.labels));
    if (own) return subnetOfNetwork(own);
    const subnet = await freeSubnet(present, wish, refused);
    if (await tryCreate(docker, wish, subnet)) return subnet;
    refused.push(subnet);
  }
  throw new SubnetError(
    'full',
    `Docker refused ${tries} subnets of ${wish.pool} for the network ${wish.name}`,
  );
}

/** Removes the networks that carry all of these labels; what is still in them goes on without. */
export async function removeNetworks(docker: Docker, labels: NetworkWish['labels']): Promise<void> {
  const own = (await listNetworks(docker)).filter((network) => hasLabels(network, labels));
  for (const { id } of own) {
    await emptyNetwork(docker, id);
    await deleteNetwork(docker, id);
  }
}

/** How many subnets of the pool are left for further networks, with these there. Throws SubnetError for no pool. */
export async function countFreeSubnets(present: readonly NetworkSummary[], pool: string): Promise<number> {
  return countFree(parsePool(pool), await takenSubnets(present));
}

function hasLabels(network: NetworkSummary, labels: NetworkWish['labels']): boolean {
  return Object.entries(labels).every(([name, value]) => network.labels[name] === value);
}

function subnetOfNetwork(network: NetworkSummary): Subnet {
  const subnet = network.subnets.map(parseSubnet).find((one) => one !== undefined);
  if (subnet) return subnet;
  throw new DockerError(500, `the network ${network.name} has no IPv4 subnet; remove it`);
}

async function freeSubnet(
  present: readonly NetworkSummary[],
  { name, pool }: NetworkWish,
  refused: readonly Subnet[],
): Promise<Subnet> {
  const chosen = chooseSubnet(parsePool(pool), [...(await takenSubnets(present)), ...refused], name);
  if (!chosen) throw new SubnetError('full', `Every subnet of ${pool} is in use on this machine`);
  return chosen;
}

function parsePool(text: string): Subnet {
  const pool = parseSubnet(text);
  if (!pool) throw new SubnetError('pool', `${text} is not an IPv4 block for networks of apps`);
  return pool;
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
  { name, labels, internal }: NetworkWish,
  subnet: Subnet,
): Promise<boolean> {
  try {
    await createNetwork(docker, {
      name,
      labels,
      internal,
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
