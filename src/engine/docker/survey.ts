import { existsSync } from 'node:fs';
import { mapParallel } from '../../base/parallel.ts';
import type { EngineFacts, ImageTagFact, NetworkFact } from '../../model/diagnosis/facts.ts';
import { labels, type Names } from '../../model/names.ts';
import { buildGroupsOf, buildGroupsProblem } from '../../tools/cgroup.ts';
import { inspectContainer } from '../../tools/docker-containers.ts';
import { type NetworkSummary, listNetworks } from '../../tools/docker-networks.ts';
import {
  dockerInfo,
  type SurveyedContainer,
  surveyContainers,
  tagsBelow,
} from '../../tools/docker-survey.ts';
import { type Docker, ifThere } from '../../tools/docker.ts';
import { countFreeSubnets } from '../../tools/own-network.ts';
import type { NetworkPlan } from './app-network.ts';

/** Containers that are asked for their restarts at the same time. */
const atOnce = 16;

/** All that a diagnosis wants to know of Docker. Changes nothing. */
export async function surveyDocker(docker: Docker, plan: NetworkPlan): Promise<EngineFacts> {
  const { names } = plan;
  const [info, api, networks, containers] = await Promise.all([
    dockerInfo(docker),
    docker.version(),
    listNetworks(docker),
    surveyContainers(docker),
  ]);
  const own = containers.filter(({ labels: of }) => of[labels.instance] === names.instance && !isService(of));
  return {
    name: 'docker',
    version: info.version,
    api,
    storageDriver: info.storageDriver,
    dataRoot: existsSync(info.dataRoot) ? info.dataRoot : null,
    bridge: networks.some(({ name }) => name === 'bridge'),
    buildLimitProblem: await buildGroupsProblem(buildGroupsOf(info.cgroups)),
    freeSubnets: await countFreeSubnets(networks, plan.pool),
    networks: networks
      .filter((network) => !isService(network.labels))
      .flatMap((network) => networkFact(network, names)),
    containers: own.map(containerFact),
    tags: await tagFacts(docker, names),
    restarts: await restartsOf(docker, own),
    published: containers.flatMap(({ name, published }) =>
      published.map(({ address, port }) => ({ container: name, address, port })),
    ),
  };
}

/** Whether these are labels of something of a datastore, which is no part of an app. */
function isService(of: Readonly<Record<string, string>>): boolean {
  return of[labels.service] !== undefined;
}

function networkFact(network: NetworkSummary, names: Names): readonly NetworkFact[] {
  const ours = network.labels[labels.instance] === names.instance;
  const calledSo = network.name.startsWith(names.network(''));
  return ours || calledSo ? [{ name: network.name, app: network.labels[labels.app] ?? null, ours }] : [];
}

function containerFact({ name, labels: own }: SurveyedContainer): EngineFacts['containers'][number] {
  return { name, app: own[labels.app] ?? null };
}

async function tagFacts(docker: Docker, names: Names): Promise<readonly ImageTagFact[]> {
  const prefix = names.imagesOf();
  const tags = await tagsBelow(docker, prefix);
  return tags.map((tag) => ({ tag, app: tag.slice(prefix.length, tag.lastIndexOf(':')) }));
}

async function restartsOf(
  docker: Docker,
  containers: readonly SurveyedContainer[],
): Promise<ReadonlyMap<string, number>> {
  const processes = containers.filter((one) => one.labels[labels.role] === 'process');
  const counts = await mapParallel(
    processes,
    atOnce,
    async ({ id }) => [id, await restartCount(docker, id)] as const,
  );
  return new Map(counts);
}

/** 0 for one that went away meanwhile. */
async function restartCount(docker: Docker, id: string): Promise<number> {
  return (await ifThere(inspectContainer(docker, id)))?.RestartCount ?? 0;
}
