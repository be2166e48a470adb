import { isLoopback, placeText } from '../place.ts';
import type { ListenerFact, PublishedPort } from './facts.ts';
import { areaOf, type Finding } from './finding.ts';

export interface PortFacts {
  readonly listeners: readonly ListenerFact[];
  readonly published: readonly PublishedPort[];
  readonly routerPids: readonly number[];
}

/** The ports of Settings. */
export interface WantedPorts {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly sshPort: number;
}

const ports = areaOf('Ports');

/** Who listens: on the ports that Slipway needs, and on all others that can be reached from outside. */
export function judgePorts(facts: PortFacts, wanted: WantedPorts): readonly Finding[] {
  return [
    judgeOurs(facts, wanted.httpPort, '--http-port'),
    judgeOurs(facts, wanted.httpsPort, '--https-port'),
    judgeSsh(facts, wanted.sshPort),
    ...judgeReach(facts.listeners),
    ...judgePublished(facts.published),
  ];
}

/** A port that must be the router's; the option of install.sh that makes it another one. */
function judgeOurs({ listeners, routerPids }: PortFacts, port: number, option: string): Finding {
  const there = listeners.filter((one) => one.port === port);
  if (there.some((one) => isRouters(one, routerPids))) return ports.ok(`${port}: the router`);
  const [other] = there;
  if (!other) return ports.broken(`Nobody listens on port ${port}, the router's`, 'see Router above');
  const fix = `stop that program, or install with another ${option}`;
  return ports.broken(`Port ${port} of ${other.address} is not the router's but ${owner(other)}'s`, fix);
}

function isRouters({ pids }: ListenerFact, routerPids: readonly number[]): boolean {
  return pids.some((pid) => routerPids.includes(pid));
}

function judgeSsh({ listeners }: PortFacts, port: number): Finding {
  const there = listeners.find((one) => one.port === port);
  return there
    ? ports.ok(`${port}: ${owner(there)}`)
    : ports.warning(
        `Nobody listens on port ${port}, the one that people push to`,
        'start sshd, unless another machine hands it on',
      );
}

function judgeReach(listeners: readonly ListenerFact[]): readonly Finding[] {
  const [inside, outside] = [listeners.filter(isInside), listeners.filter((one) => !isInside(one))];
  return [
    ports.ok(`open to outside, unless a firewall is in front: ${listed(outside)}`),
    ports.ok(`open to this machine only: ${listed(inside)}`),
  ];
}

function isInside({ address }: ListenerFact): boolean {
  return isLoopback(address);
}

function listed(listeners: readonly ListenerFact[]): string {
  const words = listeners
    .toSorted((a, b) => a.port - b.port)
    .map((one) => `${placeText(one)} ${one.program ?? 'unknown'}`);
  return words.length === 0 ? 'none' : [...new Set(words)].join(', ');
}

function owner({ program, pids }: ListenerFact): string {
  return program === null ? 'an unknown program' : `${program} (${pids.join(', ')})`;
}

/** Docker's own rules in the firewall stand before those of ufw and the like: docs.docker.com, "Packet filtering". */
function judgePublished(published: readonly PublishedPort[]): readonly Finding[] {
  return published
    .filter(({ address }) => !isLoopback(address))
    .map(({ container, address, port }) =>
      ports.warning(
        `Docker opens ${placeText({ address, port })} for the container ${container}, past a firewall such as ufw`,
        `publish it as 127.0.0.1:${port} unless all may reach it`,
      ),
    );
}
