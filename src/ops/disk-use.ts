import { join } from 'node:path';
import { type Disk, disksOf, type DiskUse, type RootUse } from '../model/disk-use.ts';
import type { Deps } from './deps.ts';
import { minFreeOf } from './disk-settings.ts';

/** Folders below the root, by what they hold. */
const folders: Readonly<Record<keyof RootUse, readonly string[]>> = {
  logs: ['logs'],
  outputs: ['deploys', 'jobs'],
  sources: ['sources'],
  repositories: ['repos'],
  store: ['store'],
};

/** The disks that a deploy fills: that of the root folder, first, and that of Docker. Cheap. */
export async function deployDisks(deps: Deps): Promise<readonly Disk[]> {
  const { root } = deps.settings;
  const images = await deps.imageDisk.folder();
  return disksOf(await deps.host.disks(images === null ? [root] : [root, images]));
}

/** The disk of the root folder. */
export async function rootDisk(deps: Deps): Promise<Disk | undefined> {
  const [disk] = disksOf(await deps.host.disks([deps.settings.root]));
  return disk;
}

/** A disk on which less is free than a deploy needs. */
export interface ShortDisk {
  readonly disk: Disk;
  readonly need: number;
}

export function shortDisks(deps: Deps, disks: readonly Disk[]): readonly ShortDisk[] {
  return disks
    .map((disk) => ({ disk, need: minFreeOf(deps, disk.bytes) }))
    .filter(({ disk, need }) => disk.freeBytes < need);
}

/** All that is known of what takes the disks. Slow. */
export async function diskUse(deps: Deps): Promise<DiskUse> {
  const { root } = deps.settings;
  const paths = (kind: keyof RootUse) => folders[kind].map((name) => join(root, name));
  const kinds = Object.keys(folders) as (keyof RootUse)[];
  const [imageFolder, images, sizes] = await Promise.all([
    deps.imageDisk.folder(),
    deps.imageDisk.use(),
    deps.host.usedBelow(kinds.flatMap(paths)),
  ]);
  const sizeOf = (kind: keyof RootUse) => paths(kind).reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
  const used = {
    logs: sizeOf('logs'),
    outputs: sizeOf('outputs'),
    sources: sizeOf('sources'),
    repositories: sizeOf('repositories'),
    store: sizeOf('store'),
  };
  return { imageFolder, images, rootFolder: root, root: used };
}
