import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Disk, disksOf, diskShort, type DiskUse, partsOf } from './disk-use.ts';

const gibibyte = 1024 ** 3;
const use: DiskUse = {
  imageFolder: '/var/lib/docker',
  images: { apps: 6 * gibibyte, shared: gibibyte, others: 0, cache: 4 * gibibyte },
  rootFolder: '/var/lib/slipway',
  root: { logs: 0.3 * gibibyte, outputs: 0, sources: 0, repositories: 0, store: 1000 },
};

function disk(...folders: string[]): Disk {
  return {
    folders,
    device: 1,
    bytes: 20 * gibibyte,
    usedBytes: 18 * gibibyte,
    freeBytes: 0.8 * gibibyte,
    inodes: 0,
    freeInodes: 0,
  };
}

test('folders of one file system are one disk', () => {
  const fact = { bytes: 10, usedBytes: 5, freeBytes: 5, inodes: 0, freeInodes: 0 };
  const disks = disksOf([
    { folder: '/a', device: 1, ...fact },
    { folder: '/b', device: 2, ...fact },
    { folder: '/c', device: 1, ...fact },
  ]);
  assert.deepEqual(
    disks.map(({ folders }) => folders),
    [['/a', '/c'], ['/b']],
  );
});

test('the refusal tells what is free, what must be, and what takes the rest, the largest first', () => {
  const { code, message, hint } = diskShort(disk('/var/lib/slipway', '/var/lib/docker'), gibibyte, use);
  assert.equal(code, 'E_DISK_SHORT');
  assert.equal(
    message,
    'The disk of /var/lib/slipway, /var/lib/docker has 819 MiB free of 20 GiB; a deploy needs 1 GiB: ' +
      'others 6.7 GiB, images of apps 6 GiB, build cache 4 GiB, layers that images share 1 GiB, logs 307 MiB',
  );
  assert.match(hint ?? '', /cleanup:report/);
});

test('the fix is for the largest part that a command makes smaller', () => {
  const more = { ...use, images: { ...use.images, apps: 12 * gibibyte } };
  const { hint } = diskShort(disk('/var/lib/slipway', '/var/lib/docker'), gibibyte, more);
  assert.match(hint ?? '', /^slipway releases:set --global keep 3/);
});

test('of a disk that has not both folders, only what is on it is told', () => {
  const kinds = (folder: string) => partsOf(disk(folder), use).map(({ kind }) => kind);
  assert.ok(kinds('/var/lib/slipway').includes('logs'));
  assert.ok(!kinds('/var/lib/slipway').includes('build cache'));
  assert.ok(!kinds('/var/lib/docker').includes('logs'));
});
