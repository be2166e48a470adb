import { readIfThere } from '../base/files.ts';
import type { Secret } from '../base/secret.ts';
import { dockerFailure } from '../model/docker-failure.ts';
import { failure } from '../model/failures.ts';
import { buildImage } from '../tools/buildkit-build.ts';
import { DockerError, type Docker } from '../tools/docker.ts';
import { BuildOutput } from './build-output.ts';
import type { BuildRequest, BuiltImage, Images } from './builder.ts';
import { contextTar, type ContextOptions } from './context-tar.ts';
import { dockerfileFailure } from './dockerfile-failure.ts';
import { dockerfileImages } from './dockerfile-images.ts';
import { caSecretId, trustExtraCa } from './dockerfile-rewrite.ts';
import { parseDockerfile } from './dockerfile-text.ts';
import { inspectImage } from './inspect-image.ts';

/** What every builder that ends in a Dockerfile works with. */
export interface DockerfileParts {
  readonly docker: Docker;
  readonly images: Images;
  /** Files with further CA certificates that build steps trust; empty: none. */
  readonly extraCa: readonly string[];
}

/** A Dockerfile to build, the user's or one of ours. */
export interface DockerfileBuild {
  /** As it is called in messages. */
  readonly path: string;
  readonly text: string;
  /** The `# syntax=` image that could not be used. */
  readonly leftOutSyntax?: string | undefined;
  readonly context?: Omit<ContextOptions, 'dockerfile'>;
  readonly secrets?: Readonly<Record<string, Secret | string>>;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly target?: string | undefined;
}

/**
 * Builds the text of a Dockerfile upon the tree of a request with BuildKit. Throws E_DOCKERFILE, E_BUILD_FAILED,
 * E_IMAGE_UNAVAILABLE, E_DISK_FULL, E_DOCKER_DOWN, E_DOCKER; E_CANCELLED when the signal is aborted, with the running
 * step stopped.
 */
export async function buildDockerfile(
  parts: DockerfileParts,
  request: BuildRequest,
  build: DockerfileBuild,
): Promise<BuiltImage> {
  try {
    await ensureBases(parts, request, build.text);
    const id = await run(parts, request, build);
    return await builtImage(parts, id);
  } catch (error) {
    if (request.signal.aborted) throw failure('E_CANCELLED', 'The build was cancelled', { cause: error });
    throw error instanceof DockerError ? dockerFailure(error) : error;
  }
}

async function ensureBases(
  { images }: DockerfileParts,
  { out, signal }: BuildRequest,
  text: string,
): Promise<void> {
  for (const image of dockerfileImages(parseDockerfile(text))) {
    signal.throwIfAborted();
    await images.ensure(image, { out, signal });
  }
}

async function run(parts: DockerfileParts, request: BuildRequest, build: DockerfileBuild): Promise<string> {
  const ca = await certificates(parts.extraCa);
  const { text, originalLine } =
    ca === undefined ? { text: build.text, originalLine: (line: number) => line } : trustExtraCa(build.text);
  const output = new BuildOutput((line) => request.out.detail(line));
  try {
    return await buildImage(parts.docker, {
      context: await contextTar(request.tree, { ...build.context, dockerfile: { path: build.path, text } }),
      tag: request.reference,
      dockerfile: build.path,
      labels: request.labels,
      buildArgs: build.buildArgs ?? {},
      ...(build.target === undefined ? {} : { target: build.target }),
      secrets: { ...build.secrets, ...(ca === undefined ? {} : { [caSecretId]: ca }) },
      onTrace: (trace) => output.take(trace),
      signal: request.signal,
    });
  } catch (error) {
    throw dockerfileFailure(error, { path: build.path, leftOutSyntax: build.leftOutSyntax, originalLine });
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
