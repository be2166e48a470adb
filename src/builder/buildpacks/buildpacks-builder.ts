import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../base/files.ts';
import { failure } from '../../model/failures.ts';
import { readFromImage } from '../../tools/docker-images.ts';
import { buildDockerfile, type DockerfileParts } from '../build-dockerfile.ts';
import type { Builder, Buildpack, BuildRequest, BuiltImage, PlannedBuild } from '../builder.ts';
import { unpackArchive } from '../source-tree.ts';
import { buildpacksDockerfile, contextFolders, releaseFile, stackFor } from './buildpacks-dockerfile.ts';
import { plansNothing } from './plans-nothing.ts';
import { readRelease } from './read-release.ts';

export interface BuildpacksParts extends DockerfileParts {
  /** For the buildpacks while they are used. */
  readonly workFolder: string;
}

/**
 * Builds by Heroku's classic buildpacks, one after the other in one step. Throws E_BUILD_FAILED for an app that they do
 * not take, E_SOURCE for a buildpack that is no archive, and what `buildDockerfile` throws.
 */
export class BuildpacksBuilder implements Builder {
  readonly name = 'buildpacks';
  readonly #parts: BuildpacksParts;

  constructor(parts: BuildpacksParts) {
    this.#parts = parts;
  }

  plan(): Promise<PlannedBuild> {
    return Promise.reject(plansNothing());
  }

  async build(request: BuildRequest): Promise<BuiltImage> {
    const { buildpacks = [], out } = request;
    if (buildpacks.length === 0) throw noBuildpacks();
    const stack = stackFor(await this.#parts.images.reachable());
    out.step(`Building with ${buildpacks.map(({ name }) => name).join(', ')} on ${stack.name}`);
    await makeFolder(this.#parts.workFolder);
    const folder = await mkdtemp(join(this.#parts.workFolder, 'buildpacks-'));
    try {
      for (const [at, pack] of buildpacks.entries()) await unpack(pack, join(folder, String(at + 1)));
      const image = await buildDockerfile(this.#parts, request, {
        path: 'Dockerfile',
        text: buildpacksDockerfile(stack),
        context: { below: contextFolders.source, beside: [{ path: contextFolders.packs, folder }] },
      });
      return { ...image, processes: await this.#processes(image, request) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #processes(
    image: BuiltImage,
    { procfile, signal }: BuildRequest,
  ): Promise<Readonly<Record<string, string>>> {
    const text = await readFromImage(this.#parts.docker, image.id, { path: releaseFile, signal });
    const processes = { ...readRelease(text ?? ''), ...procfile };
    if (Object.keys(processes).length > 0) return processes;
    throw failure('E_NO_START', 'Neither a Procfile nor the buildpacks tell what starts the app');
  }
}

async function unpack(pack: Buildpack, folder: string): Promise<void> {
  await unpackArchive(pack.archive(), folder, { type: pack.type, stripSingleFolder: pack.type !== 'tar' });
  await writeFile(join(folder, '.slipway-name'), pack.name);
}

function noBuildpacks(): Error {
  return failure('E_NO_BUILDER', 'No buildpack is named', {
    hint: 'slipway buildpacks:add APP https://..., or a file .buildpacks with one address a line',
  });
}
