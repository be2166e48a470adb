import { type Disk, type DiskUse, partsOf } from '../model/disk-use.ts';
import type { Call, Deps } from './deps.ts';
import { deployDisks, diskUse, rootDisk } from './disk-use.ts';
import type { Handler } from './handler.ts';
import { keepToBudgets } from './keep-to-budgets.ts';
import { removeUnneeded } from './remove-unneeded.ts';

/** Removes what nothing needs, and without an app what is beyond the budgets; tells what took the disk before and after. */
export const cleanUpNow: Handler<'cleanup'> = async (deps, call) => {
  const disk = await rootDisk(deps);
  // The end of this is stored, for which a full disk has no room.
  if (disk) await deps.reserve.releaseIfFull(disk);
  const before = await look(deps);
  const removed = await removeUnneeded(deps, call);
  const further = call.app === null ? await keepToBudgets(deps) : { logs: 0, cache: 0 };
  await keepReserve(deps, call);
  const after = await look(deps);
  return { ...removed, ...further, disks: compared(before, after) };
};

async function keepReserve(deps: Deps, call: Call): Promise<void> {
  const disk = await rootDisk(deps);
  if (disk && !(await deps.reserve.keep(disk)))
    call.out.warning('The disk has no room yet for the reserve that slipwayd starts with when it is full');
}

interface Look {
  readonly disks: readonly Disk[];
  readonly use: DiskUse;
}

async function look(deps: Deps): Promise<Look> {
  const [disks, use] = await Promise.all([deployDisks(deps), diskUse(deps)]);
  return { disks, use };
}

/** A row for each kind, and for what is free, of each disk. */
function compared(before: Look, after: Look) {
  const rows = ({ disks, use }: Look) =>
    disks.map((disk) => [...partsOf(disk, use), { kind: 'free', bytes: disk.freeBytes }]);
  const then = rows(after);
  return rows(before).map((parts, at) => ({
    folders: before.disks[at]?.folders ?? [],
    bytes: before.disks[at]?.bytes ?? 0,
    parts: parts.map(({ kind, bytes }) => ({
      kind,
      before: bytes,
      after: then[at]?.find((one) => one.kind === kind)?.bytes ?? bytes,
    })),
  }));
}
