import type { DiskFact, MemoryFact } from './facts.ts';
import { areaOf, type Finding } from './finding.ts';

const gigabyte = 1e9;
const megabyte = 1e6;

/** Shares of a disk that must be free. */
const tight = 0.15;
const full = 0.05;

/** Room for files, and for their number, below each folder; folders of one disk are told once. */
export function judgeDisks(disks: readonly DiskFact[]): readonly Finding[] {
  const same = Map.groupBy(disks, ({ bytes, inodes, freeBytes }) => `${bytes} ${inodes} ${freeBytes}`);
  return [...same.values()].flatMap((group) => judgeDisk(group));
}

function judgeDisk(group: readonly DiskFact[]): readonly Finding[] {
  const [first] = group;
  if (!first) return [];
  const disk = areaOf('Disk');
  const where = group.map(({ folder }) => folder).join(', ');
  const share = first.freeBytes / first.bytes;
  const text = `${where}: ${size(first.freeBytes)} of ${size(first.bytes)} free (${percent(share)})`;
  const space = { share, least: first.freeBytes < gigabyte, text, fix: 'make room, or a larger disk' };
  const inodeShare = first.inodes === 0 ? 1 : first.freeInodes / first.inodes;
  const inodes = {
    share: inodeShare,
    least: false,
    text: `${where}: room for ${first.freeInodes} further files (${percent(inodeShare)})`,
    fix: 'remove many small files, such as caches',
  };
  return [space, ...(inodeShare < tight ? [inodes] : [])].map(({ share, least, text, fix }) => {
    if (share < full || least) return disk.broken(text, fix);
    return share < tight ? disk.warning(text, fix) : disk.ok(text);
  });
}

/** Bytes of memory that a machine should have left, and below which one without swap is a small one. */
const leastAvailable = 128 * megabyte;
const smallMachine = 2 * gigabyte;

/** Memory that is left, and whether a small machine has swap for builds. */
export function judgeMemory({ total, available, swap }: MemoryFact): readonly Finding[] {
  const memory = areaOf('Memory');
  const text = `${size(available)} of ${size(total)} available, ${swap === 0 ? 'no swap' : `${size(swap)} of swap`}`;
  const short = available < leastAvailable || available / total < 0.05;
  return [
    short ? memory.warning(text, 'scale apps down, or give the machine more memory') : memory.ok(text),
    ...(swap === 0 && total < smallMachine
      ? [memory.warning('A build may need more memory than there is', 'add a swap file of 2 GB')]
      : []),
  ];
}

/** The first year in which this program can run, and one that no clock shows by right. */
const years = { first: 2026, last: 2100 };

/** The clock: certificates and tokens fail where it is wrong. `now`: milliseconds since 1970. */
export function judgeClock(now: number, synchronized: boolean | null): readonly Finding[] {
  const clock = areaOf('Clock');
  const shown = new Date(now).toISOString().slice(0, 16).replace('T', ' ');
  const year = new Date(now).getUTCFullYear();
  const fix = 'timedatectl set-ntp true, or install chrony';
  if (year < years.first || year > years.last) return [clock.broken(`The clock is wrong: ${shown} UTC`, fix)];
  if (synchronized === null)
    return [clock.ok(`${shown} UTC; this machine does not tell whether it is synchronized`)];
  return synchronized
    ? [clock.ok(`${shown} UTC, synchronized`)]
    : [clock.warning(`${shown} UTC, not synchronized`, fix)];
}

function size(bytes: number): string {
  return bytes >= gigabyte ? `${(bytes / gigabyte).toFixed(1)} GB` : `${Math.round(bytes / megabyte)} MB`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
