/** A block of IPv4 addresses; `base` is its first address as a number. */
export interface Subnet {
  readonly base: number;
  readonly prefix: number;
}

/** `10.192.0.0/11` as a Subnet, host bits dropped; undefined for anything else, such as IPv6. */
export function parseSubnet(text: string): Subnet | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || prefix > 32) return undefined;
  return subnetOf(((a * 256 + b) * 256 + c) * 256 + d, prefix);
}

export function subnetOf(address: number, prefix: number): Subnet {
  return { base: address - (address % sizeOf(prefix)), prefix };
}

export function formatSubnet({ base, prefix }: Subnet): string {
  return `${formatAddress(base)}/${prefix}`;
}

/** The address so many after the first one. */
export function addressAt(subnet: Subnet, host: number): string {
  return formatAddress(subnet.base + host);
}

export function overlap(a: Subnet, b: Subnet): boolean {
  return a.base < b.base + sizeOf(b.prefix) && b.base < a.base + sizeOf(a.prefix);
}

/** How many addresses there are. */
export function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
