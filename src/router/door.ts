import { isIP } from 'node:net';
import type { ServedDoor } from '../model/route.ts';
import { serviceKey, serviceOfKey } from '../model/service.ts';
import { addressText } from '../tools/haproxy-command.ts';
import { bindLine } from './bind-line.ts';

/** In one order, however they are given, so that the same doors are the same text. */
export function inOrder(doors: readonly ServedDoor[]): readonly ServedDoor[] {
  return doors.toSorted((a, b) => (a.service < b.service ? -1 : 1));
}

/**
 * The end of the configuration: connections that are handed on as they are. A database's may lie idle for long; those
 * whose client is gone without a word are found by the kernel's own questions.
 */
export function renderDoors(doors: readonly ServedDoor[]): string {
  if (doors.length === 0) return '';
  const frame = [
    'defaults doors',
    '  mode tcp',
    '  timeout connect 5s',
    '  timeout client 24h',
    '  timeout server 24h',
    '  option clitcpka',
    '  option srvtcpka',
  ];
  const parts = doors.map(renderDoor);
  return `\n${[...frame, ...parts].join('\n')}\n`;
}

function renderDoor({ service, address, port, to }: ServedDoor): string {
  const named = serviceOfKey(service);
  if (!named) throw new Error(`${JSON.stringify(service)} is no service`);
  if (isIP(to.address) === 0) throw new Error(`${JSON.stringify(to.address)} is not an IP address`);
  return [
    `\nlisten door.${named.kind}.${named.name} from doors`,
    `  ${bindLine(address, port)}`,
    `  server service ${addressText(to)}`,
  ].join('\n');
}

const written = new RegExp(
  [
    /^listen door\.(?<kind>[a-z0-9]+)\.(?<name>\S+) from doors$/,
    /^ {2}bind \[?(?<address>[0-9a-fA-F.:]+?)\]?:(?<port>\d+)(?: v6only)?$/,
    /^ {2}server service (?<toAddress>[0-9a-fA-F.:]+):(?<toPort>\d+)$/,
  ]
    .map(({ source }) => source.slice(1, -1))
    .join('\n'),
  'g',
);

/** The doors of a configuration that was rendered here. */
export function parseDoors(config: string): readonly ServedDoor[] {
  return [...config.matchAll(written)].flatMap(({ groups = {} }) => {
    const { kind = '', name = '', address = '', port, toAddress = '', toPort } = groups;
    const named = serviceOfKey(`${kind}:${name}`);
    if (!named) return [];
    const to = { address: toAddress, port: Number(toPort) };
    return [{ service: serviceKey(named), address, port: Number(port), to }];
  });
}
