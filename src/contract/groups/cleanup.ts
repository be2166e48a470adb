import { z } from 'zod';
import { Failure } from '../../base/failure.ts';
import { budgetBytes } from '../../model/disk-budget.ts';
import { formatBytes } from '../../model/size.ts';
import type { Line } from '../../model/line.ts';
import { optionalApp } from '../field.ts';
import { operation } from '../operation.ts';
import { columns, detail, step } from '../print.ts';
import { propertySetter } from '../property.ts';
import { report, showReport } from '../report.ts';

const disk = z.object({
  folders: z.array(z.string()).readonly(),
  bytes: z.number(),
  parts: z.array(z.object({ kind: z.string(), before: z.number(), after: z.number() })).readonly(),
});

export const cleanup = {
  cleanup: operation({
    summary: 'Remove what nothing needs any more, and what is beyond the budgets of the disk',
    description:
      'Images beyond those of releases:set keep, and of apps that are gone; sources before that of the current image; outputs beyond the last 100. Without an app also the oldest build cache and logs beyond their budgets (cleanup:set). An image of a kept release, a volume and what others made stays. It is done after each deploy and each day too; this also tells what took the disk before and after.',
    examples: ['cleanup', 'cleanup shop', 'cleanup --format json'],
    right: 'server:admin',
    mutates: true,
    lasts: true,
    input: { app: optionalApp() },
    output: z.object({
      images: z.number().int(),
      /** Images and layers without a name. */
      untagged: z.number().int(),
      sources: z.number().int(),
      outputs: z.number().int(),
      /** Files of logs. */
      logs: z.number().int(),
      /** Bytes of build cache. */
      cache: z.number(),
      disks: z.array(disk).readonly(),
    }),
    listing: 'list',
    show: ({ images, untagged, sources, outputs, logs, cache, disks }) => [
      step(
        `Removed ${images} images, ${untagged} layers without a name, ${sources} sources, ${outputs} outputs, ${logs} files of logs, ${formatBytes(cache)} of build cache`,
      ),
      ...disks.flatMap(showDisk),
    ],
  }),
  'cleanup:set': propertySetter({
    summary: 'Set what images, build cache and logs may take of the disk, and what must be free for a deploy',
    right: 'server:admin',
    examples: [
      'cleanup:set --global cache-budget 5G',
      'cleanup:set --global cache-budget off',
      'cleanup:set --global image-budget 40%',
      'cleanup:set --global log-budget 500M',
      'cleanup:set --global min-free 2G',
      'cleanup:set --global min-free',
    ],
    properties: {
      'image-budget': global(
        'what images of apps may take before doctor warns, as a size, a share of the disk, or off; 50% without it. No image of a kept release is removed for it',
      ),
      'cache-budget': global(
        'what the build cache may take: beyond it goes what no build used for a day, oldest first; 10% without it. The cache is shared by all who build with this Docker; off leaves it alone',
      ),
      'log-budget': global(
        'what the logs of all apps may take together: beyond it go the oldest files; 5% without it',
      ),
      'min-free': global(
        'what must be free before a deploy begins; without it 5% of the disk, from 1 GiB to 5 GiB and at most a tenth of it; off never refuses',
      ),
    },
  }),
  'cleanup:report': operation({
    summary: 'Report what takes the disk, and the budgets',
    examples: ['cleanup:report', 'cleanup:report --format json', 'cleanup:report --cleanup-build-cache'],
    right: 'server:admin',
    mutates: false,
    lasts: true,
    input: {},
    output: report,
    listing: 'report',
    show: showReport,
  }),
};

/** A property of the whole server that is a budget. */
function global(help: string) {
  return { help, only: 'global', problem: budgetProblem } as const;
}

/** The share of any disk is fine or is not. */
const anyDisk = 1024 ** 4;

function budgetProblem(value: string): string | undefined {
  try {
    budgetBytes(value, anyDisk);
    return undefined;
  } catch (error) {
    if (error instanceof Failure)
      return `${error.message}; give a size such as 10G, a share such as 20%, or off`;
    throw error;
  }
}

function showDisk({ folders, bytes, parts }: z.infer<typeof disk>): readonly Line[] {
  const rows = parts.map(({ kind, before, after }) => [kind, formatBytes(before), formatBytes(after)]);
  return [
    step(`Disk of ${folders.join(', ')}: ${formatBytes(bytes)}`),
    ...columns([['', 'before', 'after'], ...rows]).map(detail),
  ];
}
