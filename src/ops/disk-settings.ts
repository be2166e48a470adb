import { budgetBytes, type DiskBudgets, standardMinFree } from '../model/disk-budget.ts';
import { type Disk, diskWith, type DiskUse } from '../model/disk-use.ts';
import { settingOf } from './app-settings.ts';
import type { Deps } from './deps.ts';

/** What may be taken of the disk; all of them hold for the whole server. */
export const diskSettings = {
  images: { name: 'cleanup.image-budget', standard: '50%' },
  cache: { name: 'cleanup.cache-budget', standard: '10%' },
  logs: { name: 'cleanup.log-budget', standard: '5%' },
  /** Without one: standardMinFree. */
  minFree: { name: 'cleanup.min-free', standard: '' },
} as const;

/** Bytes of the disk that a budget is of; null: no bound. */
export function budgetOf(deps: Deps, budget: keyof DiskBudgets, diskBytes: number): number | null {
  return budgetBytes(settingOf(deps, null, diskSettings[budget]).computed, diskBytes);
}

/** All budgets: those of images and cache are shares of the disk of Docker, that of logs of the disk of the root folder. */
export function budgetsOf(
  deps: Deps,
  disks: readonly Disk[],
  { rootFolder, imageFolder }: Pick<DiskUse, 'rootFolder' | 'imageFolder'>,
): DiskBudgets {
  const [root, images] = [diskWith(disks, rootFolder), diskWith(disks, imageFolder)];
  return {
    images: images ? budgetOf(deps, 'images', images.bytes) : null,
    cache: images ? budgetOf(deps, 'cache', images.bytes) : null,
    logs: root ? budgetOf(deps, 'logs', root.bytes) : null,
  };
}

/** Bytes that must be free on a disk before a deploy begins; 0: it is not looked at. */
export function minFreeOf(deps: Deps, diskBytes: number): number {
  const { computed } = settingOf(deps, null, diskSettings.minFree);
  return computed === '' ? standardMinFree(diskBytes) : (budgetBytes(computed, diskBytes) ?? 0);
}
