import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { wait } from '../../src/base/retry.ts';
import { detect } from '../../src/builder/detect/detect.ts';
import { viewFolder } from '../../src/builder/detect/source-view.ts';
import type { BaseImage, Builder, BuildRequest, BuiltImage, Images } from '../../src/builder/builder.ts';
import type { BuilderName } from '../../src/model/choose-builder.ts';
import { isAppImage } from '../../src/model/names.ts';
import { failure } from '../../src/model/failures.ts';
import { listTree } from './file-tree.ts';

/** Images as rows in a Map: tag -> image. What a registry would have is named when it is made. */
export class MemoryImages implements Images {
  readonly tags = new Map<string, BuiltImage>();
  readonly #available: readonly string[];

  constructor(available: readonly string[] = ['nginx:1']) {
    this.#available = available;
  }

  async ensure(reference: string): Promise<BuiltImage> {
    const here = this.tags.get(reference);
    if (here) return here;
    if (!this.#available.includes(reference))
      throw failure('E_IMAGE_UNAVAILABLE', `Image ${reference} is nowhere`);
    const id = idOf(reference);
    return { id, digest: id, ports: [80] };
  }

  /** The archive is the names in it, a line each. */
  async load(archive: Readable, reference: string): Promise<BuiltImage> {
    for (const name of (await text(archive)).split('\n').filter((line) => line !== ''))
      this.tags.set(name, { id: idOf(name), digest: null, ports: [80] });
    const image = this.tags.get(reference);
    if (!image) throw failure('E_IMAGE_UNAVAILABLE', `The archive has no image ${reference}`);
    return image;
  }

  async tag(id: string, reference: string): Promise<void> {
    this.tags.set(reference, { id, digest: null, ports: [80] });
  }

  async reachable(): Promise<boolean> {
    return false;
  }

  async untag(reference: string): Promise<void> {
    this.tags.delete(reference);
  }

  async appTags(): Promise<readonly string[]> {
    return [...this.tags.keys()].filter(isAppImage);
  }

  async removeUntagged(): Promise<number> {
    return 0;
  }

  async list(): Promise<readonly BaseImage[]> {
    return [{ name: 'node:22', present: false, bytes: null, from: null, createdAt: null }];
  }

  async build(name: string): Promise<BuiltImage> {
    if (name !== 'node:22') throw failure('E_NOT_FOUND', `There is no recipe for ${name}`);
    return { id: idOf(name), digest: null, ports: [] };
  }
}

/**
 * Builds by hashing the files of the tree; one without a Dockerfile must be of a known kind. Of a Dockerfile it knows `RUN true`, `RUN false` (fails), `RUN forever` (until
 * it is cancelled), `RUN echo TEXT` and `EXPOSE PORT`.
 */
export class MemoryBuilder implements Builder {
  readonly name = 'memory';
  readonly #images: MemoryImages;

  constructor(images: MemoryImages) {
    this.#images = images;
  }

  async build({ tree, reference, out, signal, ...asked }: BuildRequest): Promise<BuiltImage> {
    if (!existsSync(join(tree, 'Dockerfile')))
      detect({ ...asked, source: await viewFolder(tree), registry: false });
    const steps = readFileSync(join(tree, 'Dockerfile'), 'utf8').trim().split('\n');
    for (const step of steps) {
      out.detail(step);
      if (step === 'RUN false') throw failure('E_BUILD_FAILED', 'RUN false ended with 1');
      if (step === 'RUN forever') await wait(3_600_000, signal);
      signal.throwIfAborted();
    }
    const ports = steps.flatMap((step) => /^EXPOSE (\d+)$/.exec(step)?.[1] ?? []).map(Number);
    const image = { id: idOf(JSON.stringify(listTree(tree))), digest: null, ports };
    this.#images.tags.set(reference, image);
    return image;
  }
}

/** One for each name, all the same. */
export function memoryBuilders(images: MemoryImages): Record<BuilderName, Builder> {
  const builder = new MemoryBuilder(images);
  return { detect: builder, dockerfile: builder, buildpacks: builder, pack: builder };
}

function idOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
