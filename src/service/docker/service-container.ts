import { createHash } from 'node:crypto';
import { reveal } from '../../base/secret.ts';
import { labels, type Names } from '../../model/names.ts';
import { type Service, type ServiceName, serviceKey } from '../../model/service.ts';
import { confinement, limits, unattended } from '../../tools/confinement.ts';
import type { Kind } from '../service.ts';

/** What every object of a service carries. */
export function serviceLabels(service: ServiceName, names: Names): Readonly<Record<string, string>> {
  return {
    [labels.instance]: names.instance,
    [labels.role]: 'service',
    [labels.service]: serviceKey(service),
  };
}

/** Docker's word for a container that has a loopback and nothing else. */
export const closedMode = 'none';

function archiving({ archived }: Service, { archive }: Kind): readonly string[] {
  return archived && archive ? archive.options : [];
}

/** The same without a network: only what is run inside reaches it. */
export function closedContainer(
  service: Service,
  { kind, command }: { readonly kind: Kind; readonly command?: readonly string[] | undefined },
  names: Names,
) {
  const {
    Labels: _labels,
    HostConfig,
    NetworkingConfig: _networks,
    ...what
  } = serviceContainer(service, kind, names);
  const { Cmd, ...rest } = what;
  return labelled(
    { ...rest, Cmd: command ?? Cmd, HostConfig: { ...HostConfig, NetworkMode: closedMode } },
    service,
    names,
  );
}

/**
 * Body of `POST /containers/create` for a service. Its host name is a part of the data of some kinds (RabbitMQ), and stays
 * the same. The only place where the values of its secrets are read.
 */
export function serviceContainer(service: Service, kind: Kind, names: Names) {
  const network = names.service(service);
  const host = names.serviceHost(service);
  const what = {
    Image: service.image.id,
    Cmd: [...kind.command, ...archiving(service, kind), ...service.options],
    Env: Object.entries({ ...kind.env(service.login), ...service.env }).map(
      ([name, value]) => `${name}=${reveal(value)}`,
    ),
    Hostname: host,
    ...unattended,
    HostConfig: {
      ...confinement,
      ...limits({ memory: service.size.memory, cpus: null }),
      ...(service.size.shm === null ? {} : { ShmSize: service.size.shm }),
      Mounts: [{ Type: 'volume', Source: names.volume(service), Target: kind.folder }],
      NetworkMode: network,
      // Docker's `always`: what we stop we remove.
      RestartPolicy: { Name: 'always' },
    },
    NetworkingConfig: ownEndpoint(service, names),
  };
  return labelled(what, service, names);
}

/** How it is joined to its own network: by its name, and at this address, which is not a part of what it is. */
export function ownEndpoint(service: ServiceName, names: Names, address?: string) {
  const placed = address === undefined ? {} : { IPAMConfig: { IPv4Address: address } };
  const endpoint = { Aliases: [names.serviceHost(service)], ...placed };
  return { EndpointsConfig: { [names.service(service)]: endpoint } };
}

/** With the labels by which it is found again, and by which another one is told from it. */
function labelled<What extends object>(what: What, service: Service, names: Names) {
  const fingerprint = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32);
  return { ...what, Labels: { ...serviceLabels(service, names), [labels.fingerprint]: fingerprint } };
}
