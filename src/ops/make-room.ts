import { diskShort, diskWith } from '../model/disk-use.ts';
import { type Out, silent } from '../model/line.ts';
import type { Deps } from './deps.ts';
import { deployDisks, diskUse, shortDisks } from './disk-use.ts';
import { keepCacheToBudget, keepToBudgets } from './keep-to-budgets.ts';
import { removeUnneeded } from './remove-unneeded.ts';

/**
 * Before a deploy takes space: where a disk is short, removes what may go and looks again. Throws E_DISK_SHORT with what
 * takes it. Costs two looks at a disk where all is well.
 */
export async function makeRoom(deps: Deps, out: Out): Promise<void> {
  if (shortDisks(deps, await deployDisks(deps)).length === 0) return;
  out.step('The disk is short of space: removing what nothing needs');
  await freeSpace(deps);
  const [short] = shortDisks(deps, await deployDisks(deps));
  if (short) throw diskShort(short.disk, short.need, await diskUse(deps));
}

/** Removes what nothing needs and what is beyond the budgets, and of the build cache as much as a short disk lacks. */
export async function freeSpace(deps: Deps): Promise<void> {
  await removeUnneeded(deps, { app: null, out: silent });
  await keepToBudgets(deps);
  const folder = await deps.imageDisk.folder();
  const short = shortDisks(deps, await deployDisks(deps));
  const images = short.find(({ disk }) => diskWith([disk], folder));
  if (images) await keepCacheToBudget(deps, images.need - images.disk.freeBytes);
}
