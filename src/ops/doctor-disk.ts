import type { DiskFact } from '../model/diagnosis/facts.ts';
import type { Finding } from '../model/diagnosis/finding.ts';
import { judgeBudgets, judgeReserve } from '../model/diagnosis/judge-budgets.ts';
import { judgeDisks } from '../model/diagnosis/judge-machine.ts';
import { standardMinFree } from '../model/disk-budget.ts';
import { diskWith, disksOf } from '../model/disk-use.ts';
import type { Deps } from './deps.ts';
import { budgetsOf, minFreeOf } from './disk-settings.ts';
import { deployDisks, diskUse } from './disk-use.ts';

/** What is free of each disk against what a deploy needs, and the reserve. What is set is known by the store, if that can be used. */
export async function diskFindings(deps: Deps, facts: readonly DiskFact[]): Promise<readonly Finding[]> {
  const disks = disksOf(facts);
  const needOf = (bytes: number) =>
    deps.storeFile.problem ? standardMinFree(bytes) : minFreeOf(deps, bytes);
  const root = diskWith(disks, deps.settings.root);
  return [
    ...judgeDisks(disks, needOf),
    ...(root ? [judgeReserve(await deps.reserve.size(), deps.reserve.wanted(root))] : []),
  ];
}

/** What takes the disks, against the budgets; nothing without the store, which knows these. */
export async function budgetFindings(deps: Deps): Promise<readonly Finding[]> {
  if (deps.storeFile.problem) return [];
  const [disks, use] = await Promise.all([deployDisks(deps), diskUse(deps)]);
  return judgeBudgets(disks, use, budgetsOf(deps, disks, use));
}
