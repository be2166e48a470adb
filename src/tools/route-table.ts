import { type Subnet, subnetOf } from './subnet.ts';

/** Wider blocks are default routes, whole (0.0.0.0/0) or in halves, as VPNs set them: they take no addresses. */
const widest = 8;

/** The blocks that `/proc/net/route` sends somewhere. Its numbers are hexadecimal, lowest byte first: proc(5). */
export function parseRoutes(text: string): Subnet[] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields.length >= 8)
    .map((fields) => subnetOf(swapped(fields[1]), prefixOf(swapped(fields[7]))))
    .filter((subnet) => subnet.prefix >= widest);
}

function swapped(hex: string | undefined): number {
  return Buffer.from(hex ?? '00000000', 'hex').readUInt32LE(0);
}

function prefixOf(mask: number): number {
  return mask === 0 ? 0 : 32 - Math.log2(2 ** 32 - mask);
}
