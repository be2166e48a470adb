import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { wait } from '../../src/base/retry.ts';
import type {
  BaseImage,
  Builder,
  BuildRequest,
  BuiltImage,
  Images,
  ImageUpdate,
  LocalImage,
  PlannedBuild,
  PlanRequest,
} from '../../src/builder/builder.ts';
import { baseOf } from '../../src/model/build-facts.ts';
import { detect } from '../../src/builder/detect/detect.ts';
import { planDockerfile } from '../../src/builder/detect/plan-dockerfile.ts';
import { viewFolder } from '../../src/builder/detect/source-view.ts';
import type { Out } from '../../src/model/line.ts';
import type { BuilderName } from '../../src/model/choose-builder.ts';
import { kinds } from '../../src/service/kinds/kinds.ts';
import { isAppImage } from '../../src/model/names.ts';
import { failure } from '../../src/model/failures.ts';
import { listTree } from './file-tree.ts';

/** Images as rows in Maps. */
export class MemoryImages implements Images {
  /** Tags of apps' images, and what was loaded. */
  readonly tags = new Map<string, BuiltImage>();
  /** What a registry has: name -> content. */
  readonly registry = new Map(
    ['nginx:1', ...Object.values(kinds).map(({ image, version }) => `${image}:${version}`)].map((name) => [
      name,
      name,
    ]),
  );
  /** What was taken from the registry. */
  readonly #pulled = new Map<string, LocalImage>();

  async ensure(reference: string): Promise<LocalImage> {
    const loaded = this.tags.get(reference);
    if (loaded) return { ...loaded, name: reference, from: null };
    const here = this.#pulled.get(reference);
    return here ?? this.#pull(reference);
  }

  #pull(name: string): LocalImage {
    const content = this.registry.get(name);
    if (content === undefined) throw failure('E_IMAGE_UNAVAILABLE', `Image ${name} is nowhere`);
    const id = idOf(content);
    const image = { name, id, digest: id, ports: [80], from: 'registry' } as const;
    this.#pulled.set(name, image);
    return image;
  }

  /** The archive is the names in it, a line each. */
  async load(archive: Readable, reference: string): Promise<LocalImage> {
    for (const name of (await text(archive)).split('\n').filter((line) => line !== ''))
      this.tags.set(name, { id: idOf(name), digest: null, ports: [80] });
    const image = this.tags.get(reference);
    if (!image) throw failure('E_IMAGE_UNAVAILABLE', `The archive has no image ${reference}`);
    return { ...image, name: reference, from: null };
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

  async list(further: readonly string[] = []): Promise<readonly BaseImage[]> {
    return ['node:22', ...further].map((name) => {
      const { id = null, from = null } = this.#pulled.get(name) ?? {};
      return { name, present: id !== null, id, bytes: null, from, createdAt: null, recipeChanged: false };
    });
  }

  async build(name: string): Promise<LocalImage> {
    if (name !== 'node:22') throw failure('E_NOT_FOUND', `There is no recipe for ${name}`);
    return { name, id: idOf(name), digest: null, ports: [], from: 'packages' };
  }

  async find(name: string): Promise<LocalImage | undefined> {
    return this.tags.has(name) ? this.ensure(name) : this.#pulled.get(name);
  }

  async update(names: readonly string[], { out }: { out: Out }): Promise<readonly ImageUpdate[]> {
    return names.flatMap((name) => {
      const before = this.#pulled.get(name);
      if (!before) return [];
      out.step(`Pulling ${name}`);
      if (!this.registry.has(name))
        return { name, id: before.id, outcome: 'failed', reason: 'the registry has it no more' } as const;
      const { id } = this.#pull(name);
      const outcome = id === before.id ? 'current' : 'updated';
      return { name, id, outcome, reason: null } as const;
    });
  }
}

/**
 * Builds by hashing the files of the tree; one without a Dockerfile must be of a known kind. Of a Dockerfile it knows
 * `RUN true`, `RUN false` (fails), `RUN forever` (until it is cancelled), `RUN echo TEXT`, `FROM IMAGE` and `EXPOSE PORT`.
 */
export class MemoryBuilder implements Builder {
  readonly name = 'memory';
  readonly #images: MemoryImages;

  constructor(images: MemoryImages) {
    this.#images = images;
  }

  async plan({ tree, dockerfile: path, ...asked }: PlanRequest): Promise<PlannedBuild> {
    const dockerfile = existsSync(join(tree, path)) ? readFileSync(join(tree, path), 'utf8') : null;
    const nothing = { bases: [], ports: [] };
    if (dockerfile !== null) return { ...nothing, dockerfile, detected: null };
    const detected = detect({ ...asked, source: await viewFolder(tree), registry: false });
    return { ...nothing, dockerfile: planDockerfile(detected), detected };
  }

  async build(request: BuildRequest): Promise<BuiltImage> {
    const { tree, reference, out, signal } = request;
    if (!existsSync(join(tree, request.dockerfile))) await this.plan(request);
    const steps = readFileSync(join(tree, request.dockerfile), 'utf8').trim().split('\n');
    for (const step of steps) {
      out.detail(step);
      if (step === 'RUN false') throw failure('E_BUILD_FAILED', 'RUN false ended with 1');
      if (step === 'RUN forever') await wait(3_600_000, signal);
      signal.throwIfAborted();
    }
    const ports = steps.flatMap((step) => /^EXPOSE (\d+)$/.exec(step)?.[1] ?? []).map(Number);
    const bases = await Promise.all(
      steps.flatMap((step) => /^FROM (\S+)$/.exec(step)?.[1] ?? []).map((name) => this.#images.ensure(name)),
    );
    const content = JSON.stringify([listTree(tree), bases.map((base) => base.id)]);
    const image = { id: idOf(content), digest: null, ports, bases: bases.map(baseOf) };
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
