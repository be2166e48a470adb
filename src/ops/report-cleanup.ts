import { type ReportRow, row } from '../contract/report.ts';
import { type Disk, type DiskUse, diskWith, partsOf } from '../model/disk-use.ts';
import { formatBytes } from '../model/size.ts';
import { settingOf } from './app-settings.ts';
import type { Deps } from './deps.ts';
import { budgetsOf, diskSettings, minFreeOf } from './disk-settings.ts';
import { deployDisks, diskUse } from './disk-use.ts';
import type { Handler } from './handler.ts';

export const reportCleanup: Handler<'cleanup:report'> = async (deps) => {
  const [disks, use] = await Promise.all([deployDisks(deps), diskUse(deps)]);
  const budgets = budgetsOf(deps, disks, use);
  const root = diskWith(disks, use.rootFolder);
  const computed: Readonly<Record<keyof typeof diskSettings, number | null>> = {
    ...budgets,
    minFree: root ? minFreeOf(deps, root.bytes) : null,
  };
  const rows = [
    ...(Object.keys(computed) as (keyof typeof diskSettings)[]).flatMap((name) =>
      settingRows(deps, name, computed[name]),
    ),
    ...disks.flatMap((disk) => diskRows(disk, use)),
    row('Cleanup reserve', formatBytes(await deps.reserve.size())),
  ];
  return [{ app: null, group: 'cleanup', rows }];
};

const words: Readonly<Record<keyof typeof diskSettings, string>> = {
  images: 'image budget',
  cache: 'cache budget',
  logs: 'log budget',
  minFree: 'min free',
};

function settingRows(
  deps: Deps,
  name: keyof typeof diskSettings,
  bytes: number | null,
): readonly ReportRow[] {
  return [
    row(`Cleanup global ${words[name]}`, settingOf(deps, null, diskSettings[name]).global),
    row(`Cleanup computed ${words[name]}`, bytes === null ? 'off' : formatBytes(bytes)),
  ];
}

/** Where Docker has a disk of its own, what both disks have is told apart. */
function diskRows(disk: Disk, use: DiskUse): readonly ReportRow[] {
  const which = disk.folders.includes(use.rootFolder) ? 'Cleanup' : 'Cleanup docker';
  const rest = { others: `${which} others`, free: `${which} free` };
  return [...partsOf(disk, use), { kind: 'free', bytes: disk.freeBytes }].map(({ kind, bytes }) =>
    row(kind === 'others' || kind === 'free' ? rest[kind] : `Cleanup ${kind}`, formatBytes(bytes)),
  );
}
