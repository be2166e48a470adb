import { z } from 'zod';
import { type Docker, ifThere } from './docker.ts';

const networks = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Labels: z.record(z.string(), z.string()).nullable(),
    IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string().optional() })).nullable() }),
  }),
);

export interface NetworkSummary {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `10.192.3.0/24`; those of IPv6 are among them. */
  readonly subnets: readonly string[];
}

export interface NewNetwork {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly subnet: string;
  readonly gateway: string;
  /** The part of the subnet that Docker gives out by itself. */
  readonly dynamic: string;
  /** Without a way out. */
  readonly internal: boolean;
}

/** All networks of this Docker, whosoever made them. */
export async function listNetworks(docker: Docker): Promise<NetworkSummary[]> {
  const answer = networks.parse(await docker.json('GET', '/networks'));
  return answer.map(({ Id, Name, Labels, IPAM }) => ({
    id: Id,
    name: Name,
    labels: Labels ?? {},
    subnets: (IPAM.Config ?? []).flatMap(({ Subnet }) => (Subnet === undefined ? [] : [Subnet])),
  }));
}

/** Makes a bridge network. DockerError 409: the name is taken; 403 with "overlaps": the subnet is. */
export async function createNetwork(docker: Docker, network: NewNetwork): Promise<void> {
  await docker.json('POST', '/networks/create', {
    body: {
      Name: network.name,
      CheckDuplicate: true,
      Driver: 'bridge',
      Internal: network.internal,
      Labels: network.labels,
      IPAM: { Config: [{ Subnet: network.subnet, Gateway: network.gateway, IPRange: network.dynamic }] },
    },
  });
}

/** One that is gone already is fine. */
export async function deleteNetwork(docker: Docker, id: string): Promise<void> {
  await ifThere(docker.json('DELETE', `/networks/${id}`));
}

/** Puts a container into a network, beside those that it is in. DockerError 404: there is no such network. */
export async function connectNetwork(docker: Docker, network: string, container: string): Promise<void> {
  await docker.json('POST', `/networks/${network}/connect`, { body: { Container: container } });
}

const members = z.object({ Containers: z.record(z.string(), z.unknown()).nullable() });

/** Takes all containers out of a network. One that is gone already is fine. */
export async function emptyNetwork(docker: Docker, network: string): Promise<void> {
  const found = await ifThere(docker.json('GET', `/networks/${network}`));
  const containers = found === undefined ? {} : members.parse(found).Containers;
  for (const Container of Object.keys(containers ?? {}))
    await ifThere(
      docker.json('POST', `/networks/${network}/disconnect`, { body: { Container, Force: true } }),
    );
}
