import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { randomId } from '../../base/ids.ts';
import { isFailure } from '../../model/failures.ts';
import { labels, Names } from '../../model/names.ts';
import { type Service, serviceKey } from '../../model/service.ts';
import { Docker } from '../../tools/docker.ts';
import {
  addressesOf,
  createContainer,
  deleteContainer,
  inspectWhole,
  listContainers,
} from '../../tools/docker-containers.ts';
import { imageDetails } from '../../tools/docker-images.ts';
import { ensureBaseImages } from '../../../test/machine/base-images.ts';
import { kinds } from '../kinds/kinds.ts';
import { serviceContract, serviceOf } from '../service.contract.ts';
import { DockerServices } from './docker-services.ts';

const docker = new Docker('/var/run/docker.sock');
/** Away from what an installation uses by itself. */
const subnets = '10.224.0.0/12';
const never = new AbortController().signal;

async function redisImage(): Promise<string> {
  await ensureBaseImages(docker, ['redis:7']);
  return (await imageDetails(docker, 'redis:7'))?.Id ?? '';
}

serviceContract('docker', async () => {
  const names = new Names(`t${randomId(10)}`);
  return {
    services: new DockerServices(docker, names, { subnets }),
    stranger: new DockerServices(docker, new Names(`t${randomId(10)}`), { subnets }),
    image: await redisImage(),
    isReachable: (service) => isReachable(service, names),
    close: async () => {},
  };
});

/** The machine is in each network, as its gateway. */
async function isReachable(service: Service, names: Names): Promise<boolean> {
  const [row] = await listContainers(docker, [
    `${labels.instance}=${names.instance}`,
    `${labels.service}=${serviceKey(service)}`,
  ]);
  const address = (await addressesOf(docker, row?.Id ?? ''))[names.service(service)];
  if (address === undefined) return false;
  const socket = connect({ host: address, port: kinds[service.kind].port, timeout: 1000 });
  try {
    return await once(socket, 'connect').then(() => true);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe('services docker, what only containers can show', () => {
  const names = new Names(`t${randomId(10)}`);
  const services = new DockerServices(docker, names, { subnets });
  let service: Service;

  before(async () => {
    service = serviceOf(await redisImage(), { size: { memory: 64 * 2 ** 20, shm: 16 * 2 ** 20 } });
    await services.start(service, never);
    await services.waitReady(service, never);
  });

  after(async () => {
    await services.remove(service, { data: true });
    docker.close();
  });

  const rows = () => listContainers(docker, [`${labels.instance}=${names.instance}`]);

  it('one is kept to its limits, and its network leads nowhere', async () => {
    const [row] = await rows();
    const found = await inspectWhole(docker, row?.Id ?? '');
    const host = found?.['HostConfig'] as Readonly<Record<string, unknown>>;
    assert.equal(host['Memory'], 64 * 2 ** 20);
    assert.equal(host['ShmSize'], 16 * 2 ** 20);
    assert.deepEqual(host['SecurityOpt'], ['no-new-privileges']);
    assert.equal(
      host['PortBindings'] === null || Object.keys(host['PortBindings'] as object).length === 0,
      true,
    );
    const network = (await docker.json('GET', `/networks/${names.service(service)}`)) as {
      Internal: boolean;
    };
    assert.equal(network.Internal, true);
  });

  it('no password stands in the words of its command', async () => {
    const [row] = await rows();
    const found = (await docker.json('GET', `/containers/${row?.Id}/top`)) as { Processes: string[][] };
    assert.doesNotMatch(JSON.stringify(found.Processes), /a-long-password/);
  });

  it('one that was changed is made anew, with its data', async () => {
    const [before] = await rows();
    const changed = { ...service, size: { ...service.size, memory: 96 * 2 ** 20 } };
    await services.start(changed, never);
    await services.waitReady(changed, never);
    const after = await rows();
    assert.equal(after.length, 1);
    assert.notEqual(after[0]?.Id, before?.Id);
    service = changed;
  });

  it('one whose program ends is told at once, with its last lines', async () => {
    const broken = { ...serviceOf(service.image.id), options: ['--no-such-option'] };
    try {
      await services.start(broken, never);
      const began = performance.now();
      await assert.rejects(services.waitReady(broken, never), (error) => {
        assert.ok(isFailure(error, 'E_SERVICE_NOT_READY'));
        assert.match(error.detail.join('\n'), /no-such-option/i);
        return true;
      });
      assert.ok(performance.now() - began < 60_000, 'it does not wait for all of its patience');
    } finally {
      await services.remove(broken, { data: true });
    }
  });

  it('a container of an earlier try that was cut off is no obstacle', async () => {
    const half = serviceOf(service.image.id);
    const id = await createContainer(docker, names.service(half), {
      Image: half.image.id,
      Labels: {
        [labels.instance]: names.instance,
        [labels.role]: 'service',
        [labels.service]: `redis:${half.name}`,
      },
    });
    try {
      await services.start(half, never);
      await services.waitReady(half, never);
    } finally {
      await deleteContainer(docker, id);
      await services.remove(half, { data: true });
    }
  });
});
