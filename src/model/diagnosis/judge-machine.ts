import type { Disk } from '../disk-use.ts';
import type { MemoryFact } from './facts.ts';
import { areaOf, type Finding } from './finding.ts';

const gigabyte = 1e9;
const megabyte = 1e6;

/** Shares of a disk that should, and of its inodes that must be free. */
const tight = 0.15;
const full = 0.05;

/** Room for files, and for their number, on each disk. `needOf`: bytes that a deploy needs free on a disk of so many. */
export function judgeDisks(
  disks: readonly Disk[],
  needOf: (diskBytes: number) => number,
): readonly Finding[] {
  return disks.flatMap((one) => [judgeSpace(one, needOf(one.bytes)), ...judgeInodes(one)]);
}

const disk = areaOf('Disk');

function judgeSpace({ folders, bytes, freeBytes }: Disk, need: number): Finding {
  const share = freeBytes / bytes;
  const text = `${folders.join(', ')}: ${size(freeBytes)} of ${size(bytes)} free (${percent(share)})`;
  const fix = 'slipway cleanup, then slipway cleanup:report: it tells what takes the disk';
  if (freeBytes < need) return disk.broken(`${text}; no deploy begins below ${size(need)}`, fix);
  return share < tight ? disk.warning(text, fix) : disk.ok(text);
}

/** Told only where they are short, and where the file system counts them. */
function judgeInodes({ folders, inodes, freeInodes }: Disk): readonly Finding[] {
  const share = inodes === 0 ? 1 : freeInodes / inodes;
  if (share >= tight) return [];
  const text = `${folders.join(', ')}: room for ${freeInodes} further files (${percent(share)})`;
  const fix = 'remove many small files, such as caches';
  return [share < full ? disk.broken(text, fix) : disk.warning(text, fix)];
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
