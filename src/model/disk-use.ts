import type { DiskFact } from './diagnosis/facts.ts';
import { failure } from './failures.ts';
import type { Failure } from '../base/failure.ts';
import { formatBytes } from './size.ts';

/** A file system, with the folders on it that were asked for. */
export interface Disk extends Omit<DiskFact, 'folder'> {
  readonly folders: readonly string[];
}

/** The folders of facts, told by the disk that they lie on. */
export function disksOf(facts: readonly DiskFact[]): readonly Disk[] {
  return [...Map.groupBy(facts, ({ device }) => device).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { folder: _, ...disk } = first;
    return [{ ...disk, folders: group.map(({ folder }) => folder) }];
  });
}

/** The disk that a folder lies on; undefined where it was not asked for. */
export function diskWith(disks: readonly Disk[], folder: string | null): Disk | undefined {
  return disks.find(({ folders }) => folder !== null && folders.includes(folder));
}

/** What Docker has of images and build cache, in bytes. */
export interface ImageUse {
  /** What only images of this instance's apps have. */
  readonly apps: number;
  /** Layers that more than one image has: those of base images, and what releases of an app have in common. */
  readonly shared: number;
  /** What only other images have. */
  readonly others: number;
  /** What is in no image. */
  readonly cache: number;
}

/** What is kept below the root folder, in bytes. */
export interface RootUse {
  readonly logs: number;
  readonly outputs: number;
  readonly sources: number;
  readonly repositories: number;
  readonly store: number;
}

export interface DiskUse {
  /** The folder of Docker; null where it is not on this machine. */
  readonly imageFolder: string | null;
  readonly images: ImageUse;
  readonly rootFolder: string;
  readonly root: RootUse;
}

export interface DiskPart {
  readonly kind: string;
  readonly bytes: number;
}

const imageKinds: Readonly<Record<keyof ImageUse, string>> = {
  apps: 'images of apps',
  shared: 'layers that images share',
  others: 'other images',
  cache: 'build cache',
};

const rootKinds: Readonly<Record<keyof RootUse, string>> = {
  logs: 'logs',
  outputs: 'outputs of deploys',
  sources: 'sources',
  repositories: 'repositories',
  store: 'store',
};

/** What is known of a disk by kind, and the rest of what is taken as `others`. */
export function partsOf(disk: Disk, use: DiskUse): readonly DiskPart[] {
  const has = (folder: string | null) => folder !== null && disk.folders.includes(folder);
  const known = [
    ...(has(use.imageFolder) ? named(imageKinds, use.images) : []),
    ...(has(use.rootFolder) ? named(rootKinds, use.root) : []),
  ];
  const sum = known.reduce((total, { bytes }) => total + bytes, 0);
  return [...known, { kind: 'others', bytes: Math.max(0, disk.usedBytes - sum) }];
}

function named<K extends string>(
  kinds: Readonly<Record<K, string>>,
  use: Readonly<Record<K, number>>,
): DiskPart[] {
  return (Object.keys(kinds) as K[]).map((key) => ({ kind: kinds[key], bytes: use[key] }));
}

/** Parts below this are left out of a text. */
const worthTelling = 1024 ** 2;

/** `images of apps 6.1 GiB, build cache 4 GiB`: the largest first. */
export function partsText(parts: readonly DiskPart[]): string {
  return parts
    .filter(({ bytes }) => bytes >= worthTelling)
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ kind, bytes }) => `${kind} ${formatBytes(bytes)}`)
    .join(', ');
}

/** What to do about the largest part that can be made smaller by a command. */
const fixes: Readonly<Record<string, string>> = {
  [imageKinds.apps]: 'slipway releases:set --global keep 3 keeps fewer images; then slipway cleanup',
  [imageKinds.cache]: 'slipway cleanup:set --global cache-budget 1G; then slipway cleanup',
  [rootKinds.logs]: 'slipway cleanup:set --global log-budget 200M; then slipway cleanup',
};

/** Why no deploy begins: what is free, what must be, and what takes the rest. */
export function diskShort(disk: Disk, need: number, use: DiskUse): Failure {
  const parts = partsOf(disk, use);
  const [largest] = parts.toSorted((a, b) => b.bytes - a.bytes);
  const free = `${formatBytes(disk.freeBytes)} free of ${formatBytes(disk.bytes)}`;
  return failure(
    'E_DISK_SHORT',
    `The disk of ${disk.folders.join(', ')} has ${free}; a deploy needs ${formatBytes(need)}: ${partsText(parts)}`,
    { hint: fixes[largest?.kind ?? ''] },
  );
}
