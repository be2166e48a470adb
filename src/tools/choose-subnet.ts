import { createHash } from 'node:crypto';
import { overlap, type Subnet, sizeOf, subnetOf } from './subnet.ts';

/** Every app network has 256 addresses. */
const prefix = 24;

/**
 * A free /24 of the pool, or undefined where all are taken. The search begins at a place that follows from the seed, so
 * that two instances on one machine, which cannot see each other's choice in time, rarely meet.
 */
export function chooseSubnet(pool: Subnet, taken: readonly Subnet[], seed: string): Subnet | undefined {
  const count = Math.floor(sizeOf(pool.prefix) / sizeOf(prefix));
  if (count === 0) return undefined;
  const first = createHash('sha256').update(seed).digest().readUInt32BE(0) % count;
  const inPool = taken.filter((other) => overlap(pool, other));
  for (let step = 0; step < count; step += 1) {
    const candidate = subnetOf(pool.base + ((first + step) % count) * sizeOf(prefix), prefix);
    if (!inPool.some((other) => overlap(candidate, other))) return candidate;
  }
  return undefined;
}

/** How many /24 of the pool are free. */
export function countFree(pool: Subnet, taken: readonly Subnet[]): number {
  const count = Math.floor(sizeOf(pool.prefix) / sizeOf(prefix));
  const inPool = taken.filter((other) => overlap(pool, other));
  const places = new Set(inPool.flatMap((other) => placesOf(pool, other, count)));
  return count - places.size;
}

/** The numbers of the /24 that another block touches. */
function placesOf(pool: Subnet, other: Subnet, count: number): readonly number[] {
  const first = Math.max(0, Math.floor((other.base - pool.base) / sizeOf(prefix)));
  const last = Math.floor((other.base + sizeOf(other.prefix) - 1 - pool.base) / sizeOf(prefix));
  const length = Math.max(0, Math.min(last, count - 1) - first + 1);
  return Array.from({ length }, (_, at) => first + at);
}
