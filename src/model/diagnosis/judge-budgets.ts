import type { DiskBudgets } from '../disk-budget.ts';
import { type Disk, type DiskUse, partsOf, partsText } from '../disk-use.ts';
import { formatBytes } from '../size.ts';
import { areaOf, type Finding } from './finding.ts';

const disk = areaOf('Disk');

/** What takes the disks, and what of it is beyond its budget. */
export function judgeBudgets(disks: readonly Disk[], use: DiskUse, budgets: DiskBudgets): readonly Finding[] {
  const taken = disks.map((one) => disk.ok(`${one.folders.join(', ')}: ${partsText(partsOf(one, use))}`));
  const images = use.images.apps + use.images.shared;
  return [
    ...taken,
    ...beyond({ what: 'Images', bytes: images, budget: budgets.images, fix: fixes.images }),
    ...beyond({ what: 'The build cache', bytes: use.images.cache, budget: budgets.cache, fix: fixes.cache }),
    ...beyond({ what: 'Logs', bytes: use.root.logs, budget: budgets.logs, fix: fixes.logs }),
  ];
}

/** All of them are needed, or were just used: what is not is removed without being asked. */
const fixes = {
  images:
    'keep fewer releases (slipway releases:set --global keep 3, then slipway cleanup), or raise it: slipway cleanup:set --global image-budget',
  cache: 'builds of the last day use that much; raise it: slipway cleanup:set --global cache-budget',
  logs: 'slipway cleanup, or raise it: slipway cleanup:set --global log-budget',
};

interface Budgeted {
  readonly what: string;
  readonly bytes: number;
  readonly budget: number | null;
  readonly fix: string;
}

/** A tenth more is what a day brings between two clean-ups. */
const tolerance = 1.1;

function beyond({ what, bytes, budget, fix }: Budgeted): readonly Finding[] {
  if (budget === null || bytes <= budget * tolerance) return [];
  return [disk.warning(`${what}: ${formatBytes(bytes)}, and the budget is ${formatBytes(budget)}`, fix)];
}

/** The file that slipwayd gives away on a full disk; bytes that it has and should have. */
export function judgeReserve(bytes: number, wanted: number): Finding {
  if (bytes >= wanted)
    return disk.ok(`a reserve of ${formatBytes(wanted)} lets slipwayd start when the disk is full`);
  return disk.warning(
    'The reserve that lets slipwayd start on a full disk is used up',
    'make room; it is put back by itself',
  );
}
