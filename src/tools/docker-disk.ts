import { z } from 'zod';
import { retryUntil } from '../base/retry.ts';
import { type Docker, DockerError } from './docker.ts';

const usage = z.object({
  /** Bytes of the layers of all images, each layer once. */
  LayersSize: z.number(),
  Images: z
    .array(
      z.object({
        RepoTags: z.array(z.string()).nullish(),
        Labels: z.record(z.string(), z.string()).nullish(),
        Size: z.number(),
        /** Of it, what other images have too; -1 where Docker did not count it. */
        SharedSize: z.number(),
      }),
    )
    .nullish(),
  /** `Shared`: it is a layer of an image as well. */
  BuildCache: z.array(z.object({ Size: z.number(), Shared: z.boolean() })).nullish(),
});

export interface DockerUse {
  readonly layers: number;
  /** `bytes`: what no other image has. */
  readonly images: readonly {
    readonly tags: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
    readonly bytes: number;
  }[];
  /** Bytes of build cache that are in no image. */
  readonly cache: number;
}

/** Docker before 23 refuses to count for two at once; milliseconds that another one's count is waited for. */
const patience = { firstPause: 100, maxPause: 500, timeout: 60_000 };

/** What images and build cache take of the disk. Docker counts files for it: half a second and more. */
export async function diskUsage(docker: Docker): Promise<DockerUse> {
  // Without volumes and containers, whose files take long to count; Docker before 23 counts all, whatever is asked.
  const count = () => docker.json('GET', '/system/df?type=image&type=build-cache');
  const answer = usage.parse((await retryUntil(() => unlessCounting(count()), patience)) ?? (await count()));
  return {
    layers: answer.LayersSize,
    images: (answer.Images ?? []).map(({ RepoTags, Labels, Size, SharedSize }) => ({
      tags: RepoTags ?? [],
      labels: Labels ?? {},
      bytes: Size - Math.max(0, SharedSize),
    })),
    cache: (answer.BuildCache ?? []).reduce((sum, { Size, Shared }) => sum + (Shared ? 0 : Size), 0),
  };
}

/** Undefined where Docker is at a count for somebody else. */
async function unlessCounting(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof DockerError && /already running/i.test(error.message)) return undefined;
    throw error;
  }
}

const pruned = z.object({ SpaceReclaimed: z.number() });

/**
 * Removes what was used the longest ago of the build cache, cache mounts too, until `keep` bytes are left (0 would be no
 * bound: all of it goes), and nothing that a build uses or used in the last hours. Gives how many bytes went.
 */
export async function pruneBuildCache(
  docker: Docker,
  { keep, unusedHours }: { readonly keep: number; readonly unusedHours: number },
): Promise<number> {
  if (keep <= 0) throw new Error('a prune without a bound would remove the whole build cache');
  const filters = JSON.stringify({ until: [`${unusedHours}h`] });
  const query = { all: true, 'keep-storage': Math.floor(keep), filters };
  return pruned.parse(await docker.json('POST', '/build/prune', { query })).SpaceReclaimed;
}
