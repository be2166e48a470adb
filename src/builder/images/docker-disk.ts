import { existsSync } from 'node:fs';
import type { ImageUse } from '../../model/disk-use.ts';
import { labels, type Names } from '../../model/names.ts';
import type { CachePlan } from '../../model/plan-disk.ts';
import { diskUsage, type DockerUse, pruneBuildCache } from '../../tools/docker-disk.ts';
import { dockerInfo } from '../../tools/docker-survey.ts';
import type { Docker } from '../../tools/docker.ts';
import type { ImageDisk } from '../builder.ts';
import { inDocker } from '../in-docker.ts';

/** The disk of the local Docker. */
export class DockerDisk implements ImageDisk {
  readonly #docker: Docker;
  readonly #names: Names;
  #folder: Promise<string | null> | undefined;

  constructor(docker: Docker, names: Names) {
    this.#docker = docker;
    this.#names = names;
  }

  /** Asked for once: it stays as long as Docker runs, and asking takes longer than all else before a deploy. */
  folder(): Promise<string | null> {
    this.#folder ??= inDocker(async () => {
      const { dataRoot } = await dockerInfo(this.#docker);
      return existsSync(dataRoot) ? dataRoot : null;
    }).catch((error: unknown) => {
      this.#folder = undefined;
      throw error;
    });
    return this.#folder;
  }

  use(): Promise<ImageUse> {
    return inDocker(async () => imageUse(await diskUsage(this.#docker), this.#names));
  }

  pruneCache(plan: CachePlan): Promise<number> {
    return inDocker(() => pruneBuildCache(this.#docker, plan));
  }
}

/** What each image has alone counts for its owner; of what several have, the layers tell only the sum. */
export function imageUse({ layers, images, cache }: DockerUse, names: Names): ImageUse {
  const isApp = ({ tags, labels: own }: DockerUse['images'][number]) =>
    own[labels.instance] === names.instance || tags.some((tag) => tag.startsWith(names.imagesOf()));
  const sum = (wanted: boolean) =>
    images.filter((image) => isApp(image) === wanted).reduce((total, { bytes }) => total + bytes, 0);
  const [apps, others] = [sum(true), sum(false)];
  return { apps, others, shared: Math.max(0, layers - apps - others), cache };
}
