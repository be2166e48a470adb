import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecError } from '../../base/exec.ts';
import { systemCode } from '../../base/failure.ts';
import { makeFolder } from '../../base/files.ts';
import { failure } from '../../model/failures.ts';
import { deleteImage, imageDetails } from '../../tools/docker-images.ts';
import { DockerError } from '../../tools/docker.ts';
import { packBuild, packVersion } from '../../tools/pack.ts';
import { buildDockerfile, type DockerfileParts } from '../build-dockerfile.ts';
import type { Builder, BuildRequest, BuiltImage, PlannedBuild } from '../builder.ts';
import { readToml, textAt } from '../detect/manifest.ts';
import { viewFolder } from '../detect/source-view.ts';
import { packConfig } from './pack-config.ts';
import { packMetadata, packProcesses } from './pack-processes.ts';
import { plansNothing } from './plans-nothing.ts';

export interface PackParts extends DockerfileParts {
  readonly dockerSocket: string;
  /** For the config while it is used. */
  readonly workFolder: string;
}

/** Where project.toml names none: the builder of Heroku, which takes most languages. */
const usualBuilder = 'heroku/builder:24';

/** How many of the last lines of a failed build are shown with it. */
const shownLines = 10;

/**
 * Builds by Cloud Native Buildpacks, with the program pack where that is installed. Throws E_NO_BUILDER where it is not,
 * E_BUILD_FAILED, E_NO_START, and what `buildDockerfile` throws.
 */
export class PackBuilder implements Builder {
  readonly name = 'pack';
  readonly #parts: PackParts;
  /** Looked for once in the life of slipwayd. */
  #found: Promise<string | null> | undefined;

  constructor(parts: PackParts) {
    this.#parts = parts;
  }

  async usable(): Promise<boolean> {
    this.#found ??= packVersion();
    return (await this.#found) !== null;
  }

  plan(): Promise<PlannedBuild> {
    return Promise.reject(plansNothing());
  }

  async build(request: BuildRequest): Promise<BuiltImage> {
    const { docker } = this.#parts;
    request.out.step('Building with Cloud Native Buildpacks');
    // No name of an app's image: the lines behind build upon it.
    const image = `slipway-pack/${request.reference.replace(/^.*\//, '').toLowerCase()}`;
    try {
      await this.#pack(image, request);
      const label = (await imageDetails(docker, image))?.Config?.Labels?.[packMetadata];
      const processes = { ...packProcesses(label), ...request.procfile };
      if (Object.keys(processes).length === 0)
        throw failure('E_NO_START', 'Neither a Procfile nor the buildpacks tell what starts the app');
      const built = await buildDockerfile(this.#parts, request, {
        path: 'Dockerfile',
        text: launched(image),
      });
      return { ...built, processes };
    } finally {
      await deleteImage(docker, image).catch(unlessMissing);
    }
  }

  async #pack(image: string, { tree, config, out, signal }: BuildRequest): Promise<void> {
    const { workFolder, dockerSocket } = this.#parts;
    await makeFolder(workFolder);
    const folder = await mkdtemp(join(workFolder, 'pack-'));
    const last: string[] = [];
    const { lines, variables, leftOut } = packConfig(config);
    for (const name of leftOut)
      out.warning(
        `${name} has several lines, which pack cannot be given under this name: the build goes without it`,
      );
    const onLine = (line: string) => {
      last.push(line);
      if (last.length > shownLines) last.shift();
      out.detail(line);
    };
    try {
      const envFile = join(folder, 'env');
      await writeFile(envFile, lines, { mode: 0o600 });
      const builder = await builderOf(tree);
      await packBuild({ image, path: tree, builder, envFile, variables, dockerSocket, onLine, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw packFailure(error, last);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** The launcher sets the environment that the buildpacks left, then becomes the program. */
function launched(image: string): string {
  return `FROM ${image}\nENTRYPOINT ["/cnb/lifecycle/launcher", "--"]\n`;
}

/** Undefined: project.toml names its own. */
async function builderOf(tree: string): Promise<string | undefined> {
  const project = readToml(await viewFolder(tree), 'project.toml');
  return textAt(project, 'io', 'buildpacks', 'builder') === undefined ? usualBuilder : undefined;
}

function packFailure(error: unknown, detail: readonly string[]): unknown {
  if (!(error instanceof ExecError)) return error;
  if (systemCode(error.cause) === 'ENOENT')
    return failure('E_NO_BUILDER', 'The program pack is not installed on this server', {
      hint: 'install it (buildpacks.io), or let the source be looked at: slipway builder:set APP selected detect',
      cause: error,
    });
  return failure('E_BUILD_FAILED', `pack ended with ${error.result.code ?? error.result.signal}`, {
    detail,
    cause: error,
  });
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof DockerError) || error.status !== 404) throw error;
}
