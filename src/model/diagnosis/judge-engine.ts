import { counted } from '../counted.ts';
import type { EngineFacts } from './facts.ts';
import { areaOf, type Finding } from './finding.ts';

/** Fewer free subnets than this are worth a word. */
const fewSubnets = 20;

const docker = areaOf('Docker');

/** Docker itself, and whether it has room for the networks of further apps. `pool`: the block of Settings. */
export function judgeEngine(facts: EngineFacts, pool: string): readonly Finding[] {
  const { name, version, api, storageDriver } = facts;
  return [
    docker.ok(`${name} ${version}, API ${api}, storage driver ${storageDriver}`),
    ...(storageDriver === 'vfs'
      ? [docker.warning('The storage driver vfs copies whole images', 'use overlay2')]
      : []),
    ...(facts.bridge
      ? []
      : [
          docker.broken(
            'Docker has no network "bridge", which builds use',
            'take "bridge": "none" out of /etc/docker/daemon.json, then restart Docker',
          ),
        ]),
    ...(facts.buildLimitProblem === null
      ? []
      : [
          docker.warning(
            `Builds run without limits: ${facts.buildLimitProblem}`,
            'run slipwayd where it may write to the control groups that Docker uses: not in a container',
          ),
        ]),
    judgeSubnets(facts.freeSubnets, pool),
  ];
}

function judgeSubnets(free: number, pool: string): Finding {
  const fix = 'set a wider pool with SLIPWAY_SUBNETS, or remove networks that are not used';
  if (free === 0) return docker.broken(`No subnet of ${pool} is left for another app`, fix);
  const text = `${counted(free, 'subnet')} of ${pool} left for further apps`;
  return free < fewSubnets ? docker.warning(text, fix) : docker.ok(text);
}

/** The networks of the apps that should run, and whether all that are called like ours are ours. */
export function judgeNetworks(facts: EngineFacts, running: readonly string[]): readonly Finding[] {
  const networks = areaOf('Networks');
  const present = new Set(facts.networks.flatMap(({ app, ours }) => (ours && app !== null ? [app] : [])));
  const missing = running.filter((app) => !present.has(app));
  const foreign = facts.networks.filter(({ ours }) => !ours);
  return [
    networks.ok(`${counted(present.size, 'network')} of apps`),
    ...missing.map((app) => networks.broken(`The network of ${app} is gone`, `slipway ps:restart ${app}`)),
    ...foreign.map(({ name }) =>
      networks.warning(
        `The network ${name} has a name of ours, and somebody else made it`,
        `docker network rm ${name}`,
      ),
    ),
  ];
}
