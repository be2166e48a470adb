import { readIfThere } from '../base/files.ts';
import { type BaseFact, baseOf } from '../model/build-facts.ts';
import { dockerFailure } from '../model/docker-failure.ts';
import { failure } from '../model/failures.ts';
import { DockerError, type Docker } from '../tools/docker.ts';
import { BuildOutput, type StepTitles } from './build-output.ts';
import type { BuildRequest, BuiltImage, Images } from './builder.ts';
import { configSecrets } from './config-secrets.ts';
import { contextTar, type ContextOptions } from './context-tar.ts';
import { dockerfileFailure } from './dockerfile-failure.ts';
import { dockerfileImages } from './dockerfile-images.ts';
import { exposedPorts } from './dockerfile-ports.ts';
import { caSecretId, scopeCaches, trustExtraCa } from './dockerfile-rewrite.ts';
import { parseDockerfile } from './dockerfile-text.ts';
import { inspectImage } from './inspect-image.ts';
import type { LimitedBuilds } from './limited-builds.ts';

/** What every builder that ends in a Dockerfile works with. */
export interface DockerfileParts {
  readonly docker: Docker;
  readonly builds: LimitedBuilds;
  readonly images: Images;
  /** Files with further CA certificates that build steps trust; empty: none. */
  readonly extraCa: readonly string[];
  /** What only this instance knows; see configSecrets. */
  readonly hashKey: () => Uint8Array;
}

/** A Dockerfile to build, the user's or one of ours. */
export interface DockerfileBuild {
  /** As it is called in messages. */
  readonly path: string;
  readonly text: string;
  /** The `# syntax=` image that could not be used. */
  readonly leftOutSyntax?: string | undefined;
  readonly context?: Omit<ContextOptions, 'dockerfile'>;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly target?: string | null;
  readonly titles?: StepTitles;
}

/**
 * Builds the text of a Dockerfile upon the tree of a request with BuildKit. Throws E_DOCKERFILE, E_BUILD_FAILED,
 * E_BUILD_OOM, E_IMAGE_UNAVAILABLE, E_DISK_FULL, E_DOCKER_DOWN, E_DOCKER; E_CANCELLED when the signal is aborted, with the running
 * step stopped.
 */
export async function buildDockerfile(
  parts: DockerfileParts,
  request: BuildRequest,
  build: DockerfileBuild,
): Promise<BuiltImage> {
  try {
    const dockerfile = parseDockerfile(build.text);
    const bases = await ensureBases(parts, request, dockerfileImages(dockerfile, build));
    const id = await run(parts, request, build);
    const { digest, ports } = await builtImage(parts, id);
    const exposed = exposedPorts(dockerfile, build) ?? [];
    // What the Dockerfile itself says is meant; what its base exposes may be what it has in place of another.
    return { id, digest, ports: exposed.length > 0 ? exposed : ports, bases };
  } catch (error) {
    if (request.signal.aborted) throw failure('E_CANCELLED', 'The build was cancelled', { cause: error });
    throw error instanceof DockerError ? dockerFailure(error) : error;
  }
}

async function ensureBases(
  { images }: DockerfileParts,
  { out, signal }: BuildRequest,
  names: readonly string[],
): Promise<BaseFact[]> {
  const bases: BaseFact[] = [];
  for (const image of names) {
    signal.throwIfAborted();
    bases.push(baseOf(await images.ensure(image, { out, signal })));
  }
  return bases;
}

async function run(parts: DockerfileParts, request: BuildRequest, build: DockerfileBuild): Promise<string> {
  const ca = await certificates(parts.extraCa);
  const own = scopeCaches(build.text, request.cacheScope);
  const { text, originalLine } =
    ca === undefined ? { text: own, originalLine: (line: number) => line } : trustExtraCa(own);
  const config = configSecrets(request.config, parts.hashKey());
  const output = new BuildOutput((line) => request.out.detail(line), build.titles);
  try {
    return await parts.builds.build({
      text,
      limits: request.limits,
      context: await contextTar(request.tree, { ...build.context, dockerfile: { path: build.path, text } }),
      tag: request.reference,
      dockerfile: build.path,
      labels: request.labels,
      buildArgs: { ...build.buildArgs, ...config.buildArgs },
      ...(build.target ? { target: build.target } : {}),
      // Each variable by itself too, for the steps of Dockerfiles that ask for one by its name.
      secrets: { ...request.config, ...config.secrets, ...(ca === undefined ? {} : { [caSecretId]: ca }) },
      onTrace: (trace) => output.take(trace),
      signal: request.signal,
    });
  } catch (error) {
    const { path, leftOutSyntax, titles } = build;
    throw dockerfileFailure(error, { path, leftOutSyntax, titles, originalLine });
  }
}

async function builtImage({ docker }: DockerfileParts, id: string): Promise<BuiltImage> {
  const image = await inspectImage(docker, id);
  if (!image)
    throw failure('E_BUSY', 'The image was removed as soon as it was built', { hint: 'deploy again' });
  return image;
}

/** The texts of all files that are there, one after the other; undefined without any. */
async function certificates(files: readonly string[]): Promise<string | undefined> {
  const texts = (await Promise.all(files.map(readIfThere))).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.map((text) => `${text.trimEnd()}\n`).join('');
}
