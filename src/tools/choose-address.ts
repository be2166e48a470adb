import { addressAt, type Subnet } from './subnet.ts';

/** `.1` is the gateway. */
const first = 2;
/** From here up Docker gives addresses out by itself: to tasks, and to what others attach to the network. */
const firstDynamic = 192;

/** The upper quarter of a /24, as a subnet that Docker takes for its own choices. */
export function dynamicRange(subnet: Subnet): Subnet {
  return { base: subnet.base + firstDynamic, prefix: 26 };
}

export function gateway(subnet: Subnet): string {
  return addressAt(subnet, 1);
}

/**
 * Addresses for new processes, each free one once, beginning after `last` and going round: an address that was just
 * given up is used again as late as can be, so that nothing still on its way to the old process reaches a new one.
 */
export function* freeAddresses(
  subnet: Subnet,
  taken: ReadonlySet<string>,
  last?: string,
): Generator<string, undefined> {
  const fixed = Array.from({ length: firstDynamic - first }, (_, at) => addressAt(subnet, first + at));
  const start = last === undefined ? 0 : fixed.indexOf(last) + 1;
  for (const address of [...fixed.slice(start), ...fixed.slice(0, start)])
    if (!taken.has(address)) yield address;
  return undefined;
}
