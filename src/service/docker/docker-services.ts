import type { Readable } from 'node:stream';
import { reveal } from '../../base/secret.ts';
import { retryUntil } from '../../base/retry.ts';
import type { Failure } from '../../base/failure.ts';
import { failure, isFailure } from '../../model/failures.ts';
import { labels, type Names } from '../../model/names.ts';
import {
  type Service,
  type ServiceName,
  serviceKey,
  serviceOfKey,
  stoppedService,
} from '../../model/service.ts';
import type { Docker } from '../../tools/docker.ts';
import {
  type ContainerSummary,
  createContainer,
  deleteContainer,
  addressesOf,
  listContainers,
  putArchive,
  putFiles,
  readLog,
  startContainer,
  stopContainer,
} from '../../tools/docker-containers.ts';
import { openExec } from '../../tools/docker-exec.ts';
import { openSession } from '../../tools/docker-session.ts';
import { listNetworks } from '../../tools/docker-networks.ts';
import { createVolume, deleteVolume, listVolumes } from '../../tools/docker-volumes.ts';
import { addressAt } from '../../tools/subnet.ts';
import { ensureNetwork, type NetworkWish, removeNetworks } from '../../tools/own-network.ts';
import { kinds } from '../kinds/kinds.ts';
import {
  type Caller,
  type Conversation,
  type Inside,
  type InsideCommand,
  lastLines,
  type ServiceLogQuery,
  type Services,
  type Standing,
} from '../service.ts';
import { inDocker } from './in-docker.ts';
import { silenceOf } from './silence.ts';
import {
  closedContainer,
  closedMode,
  ownEndpoint,
  serviceContainer,
  serviceLabels,
} from './service-container.ts';

/** In each service's own network: the first one that no process of an app is ever given. */
const ownAddress = 2;

/** Seconds that a datastore has to write down what it holds. */
const stopTimeout = 60;

/** Milliseconds that a new one may need until it answers: making its files takes long on a slow disk. */
const readyPatience = { firstPause: 50, maxPause: 500, timeout: 120_000 };

/** So many lines of its log are told of one that does not answer. */
const shownLines = 10;

const { signal: always } = new AbortController();

/** Datastores as containers of one Docker Engine. */
export class DockerServices implements Services {
  readonly kinds = kinds;
  readonly #docker: Docker;
  readonly #names: Names;
  readonly #pool: string;

  /** `subnets`: the address block that networks are cut from, as in Settings. */
  constructor(docker: Docker, names: Names, { subnets }: { readonly subnets: string }) {
    this.#docker = docker;
    this.#names = names;
    this.#pool = subnets;
  }

  start(service: Service, signal: AbortSignal): Promise<void> {
    return this.#start(service, serviceContainer(service, kinds[service.kind], this.#names), signal);
  }

  startClosed(service: Service, signal: AbortSignal, command?: readonly string[]): Promise<void> {
    const body = closedContainer(service, { kind: kinds[service.kind], command }, this.#names);
    return this.#start(service, body, signal);
  }

  #start(service: Service, body: ReturnType<typeof closedContainer>, signal: AbortSignal): Promise<void> {
    return inDocker(async () => {
      signal.throwIfAborted();
      const present = await this.#containers(service);
      if (present.some((row) => row.State === 'running' && isSame(row, body.Labels))) return;
      for (const row of present) await this.#end(row);
      const subnet = await ensureNetwork(this.#docker, this.#networkOf(service));
      const name = this.#names.volume(service);
      await createVolume(this.#docker, { name, labels: serviceLabels(service, this.#names) });
      const endpoint = ownEndpoint(service, this.#names, addressAt(subnet, ownAddress));
      const isClosed = body.HostConfig.NetworkMode === closedMode;
      const placed = isClosed ? body : { ...body, NetworkingConfig: endpoint };
      const id = await createContainer(this.#docker, this.#names.service(service), placed);
      await putFiles(this.#docker, id, kinds[service.kind].files ?? {});
      await startContainer(this.#docker, id);
    });
  }

  stop(service: Service): Promise<void> {
    return inDocker(async () => {
      for (const row of await this.#containers(service)) await this.#end(row);
    });
  }

  async waitReady(service: Service, signal: AbortSignal): Promise<void> {
    let last = 'it did not answer';
    const isReady = async () => {
      const said = await this.#ask(service, signal);
      if (said === null) return true;
      last = said;
      return undefined;
    };
    if (await retryUntil(isReady, { ...readyPatience, signal })) return;
    throw await this.#notReady(service, last);
  }

  standing(service: ServiceName): Promise<Standing> {
    return inDocker(async () => {
      const [row] = await this.#containers(service);
      if (!row || !['running', 'restarting', 'paused'].includes(row.State))
        return { state: 'stopped', startedAt: null };
      const state = row.State === 'restarting' ? 'restarting' : 'running';
      return { state, startedAt: row.Created * 1000 };
    });
  }

  address(service: ServiceName): Promise<string | null> {
    return inDocker(async () => {
      const row = (await this.#containers(service)).find(({ State }) => State === 'running');
      return row ? (await this.#address(row.Id, service)) || null : null;
    });
  }

  list(): Promise<readonly ServiceName[]> {
    return inDocker(async () => {
      const filter = this.#filter();
      const found = [
        ...(await listContainers(this.#docker, filter)).map((row) => row.Labels),
        ...(await listVolumes(this.#docker, filter)).map((volume) => volume.labels),
        ...(await listNetworks(this.#docker))
          .map((network) => network.labels)
          .filter((own) => own[labels.instance] === this.#names.instance),
      ];
      const keys = new Set(found.map((own) => own[labels.service] ?? ''));
      return [...keys].sort().flatMap((key) => serviceOfKey(key) ?? []);
    });
  }

  remove(service: ServiceName, { data }: { readonly data: boolean }): Promise<void> {
    return inDocker(async () => {
      for (const row of await this.#containers(service)) await deleteContainer(this.#docker, row.Id);
      await removeNetworks(this.#docker, serviceLabels(service, this.#names));
      if (!data) return;
      for (const { name } of await listVolumes(this.#docker, this.#filter(service)))
        await deleteVolume(this.#docker, name);
    });
  }

  fill(service: Service, tar: Readable, signal: AbortSignal): Promise<void> {
    return inDocker(async () => {
      const kind = kinds[service.kind];
      const name = this.#names.volume(service);
      await createVolume(this.#docker, { name, labels: serviceLabels(service, this.#names) });
      const body = closedContainer(service, { kind }, this.#names);
      const id = await createContainer(this.#docker, this.#names.service(service), body);
      try {
        await putArchive(this.#docker, id, { path: kind.folder, tar, signal });
      } finally {
        await deleteContainer(this.#docker, id);
      }
    });
  }

  volumes(service: ServiceName): Promise<readonly number[]> {
    return inDocker(async () => {
      const all = await listVolumes(this.#docker, this.#filter(service));
      return all.map(({ name }) => Number(name.slice(name.lastIndexOf('.') + 1)));
    });
  }

  removeVolume(volume: ServiceName & Pick<Service, 'volume'>): Promise<void> {
    return inDocker(() => deleteVolume(this.#docker, this.#names.volume(volume)));
  }

  async open(service: Service, command: InsideCommand, signal: AbortSignal): Promise<Inside> {
    const row = await inDocker(() => this.#running(service));
    return this.#openIn(row.Id, command, signal);
  }

  async attach(service: Service, command: InsideCommand, caller: Caller): Promise<Conversation> {
    const { Id } = await inDocker(() => this.#running(service));
    const order = { ...caller, argv: command.argv, env: pairsOf(command) };
    const session = await inDocker(() => openSession(this.#docker, Id, order));
    const end = inDocker(() => session.end);
    end.catch(() => {});
    return { ...session, end };
  }

  logs(service: ServiceName, query: ServiceLogQuery, signal: AbortSignal): Promise<void> {
    return inDocker(async () => {
      const [row] = await this.#containers(service);
      const { lines, follow, onLine } = query;
      if (!row) return;
      try {
        await readLog(this.#docker, row.Id, { tail: lines, follow, onLine, signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    });
  }

  /** What is wrong with it, or null where it answers. Throws where its program has ended: it will not answer. */
  async #ask(service: Service, signal: AbortSignal): Promise<string | null> {
    const [row] = await inDocker(() => this.#containers(service));
    if (row?.State !== 'running') throw await this.#notReady(service, 'its program ended');
    const { ready, port } = kinds[service.kind];
    if (!ready) return silenceOf(await this.#address(row.Id, service), port);
    const asked = await this.#openIn(row.Id, ready(service.login), signal).catch(unlessGone);
    if (asked === undefined) return 'its program ended';
    asked.input.end();
    asked.output.resume();
    const { exitCode, errors } = await asked.end;
    return exitCode === 0 ? null : (errors.at(-1) ?? `its own client ended with ${exitCode}`);
  }

  async #address(id: string, service: ServiceName): Promise<string> {
    const networks = await inDocker(() => addressesOf(this.#docker, id));
    return networks[this.#names.service(service)] ?? '';
  }

  async #notReady(service: Service, why: string): Promise<Failure> {
    return failure('E_SERVICE_NOT_READY', `${serviceKey(service)} does not take requests: ${why}`, {
      hint: `slipway ${service.kind}:logs ${service.name}`,
      detail: await lastLines(this, service, { count: shownLines, signal: always }),
    });
  }

  async #running(service: ServiceName): Promise<ContainerSummary> {
    const row = (await this.#containers(service)).find(({ State }) => State === 'running');
    if (row) return row;
    throw stoppedService(service);
  }

  /** What goes wrong while it runs is a Failure too. */
  async #openIn(id: string, command: InsideCommand, signal: AbortSignal): Promise<Inside> {
    const order = { argv: command.argv, env: pairsOf(command), signal };
    const inside = await inDocker(() => openExec(this.#docker, id, order));
    const end = inDocker(() => inside.end);
    end.catch(() => {});
    return { ...inside, end };
  }

  #networkOf(service: ServiceName): NetworkWish {
    return {
      name: this.#names.service(service),
      labels: serviceLabels(service, this.#names),
      pool: this.#pool,
      // Nothing in it needs the world, and an app that joins it keeps its own way out.
      internal: true,
    };
  }

  /** What it holds is written down before its container goes. */
  async #end(row: ContainerSummary): Promise<void> {
    await stopContainer(this.#docker, row.Id, stopTimeout);
    await deleteContainer(this.#docker, row.Id);
  }

  #containers(service: ServiceName): Promise<ContainerSummary[]> {
    return listContainers(this.#docker, this.#filter(service));
  }

  /** Always with the instance: nothing of another one is ever seen, and so never removed. */
  #filter(service?: ServiceName): string[] {
    const all = service
      ? serviceLabels(service, this.#names)
      : { [labels.instance]: this.#names.instance, [labels.role]: 'service' };
    return Object.entries(all).map(([name, value]) => `${name}=${value}`);
  }
}

function pairsOf({ env }: InsideCommand): readonly string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${reveal(value)}`);
}

function isSame(row: ContainerSummary, wanted: Readonly<Record<string, string>>): boolean {
  return row.Labels[labels.fingerprint] === wanted[labels.fingerprint];
}

/** Its container ended between two looks at it. */
function unlessGone(error: unknown): undefined {
  if (!isFailure(error, 'E_DOCKER')) throw error;
  return undefined;
}
