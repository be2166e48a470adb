import { diskWith } from '../model/disk-use.ts';
import { planCache } from '../model/plan-disk.ts';
import type { Deps } from './deps.ts';
import { budgetOf } from './disk-settings.ts';
import { deployDisks } from './disk-use.ts';

/** Lets go of the oldest logs and build cache beyond their budgets; gives how many files and bytes went. */
export async function keepToBudgets(deps: Deps): Promise<{ readonly logs: number; readonly cache: number }> {
  return { logs: await keepLogsToBudget(deps), cache: await keepCacheToBudget(deps) };
}

async function keepLogsToBudget(deps: Deps): Promise<number> {
  const disk = diskWith(await deployDisks(deps), deps.settings.root);
  const most = disk ? budgetOf(deps, 'logs', disk.bytes) : null;
  return most === null ? 0 : deps.appLogs.trim(most);
}

/** Lets go of build cache beyond its budget, or of more where the disk lacks so many bytes; gives how many bytes went. */
export async function keepCacheToBudget(deps: Deps, missing = 0): Promise<number> {
  const disk = diskWith(await deployDisks(deps), await deps.imageDisk.folder());
  if (!disk) return 0;
  const cache = missing > 0 ? (await deps.imageDisk.use()).cache : 0;
  const plan = planCache(budgetOf(deps, 'cache', disk.bytes), { cache, missing });
  return plan ? deps.imageDisk.pruneCache(plan) : 0;
}
