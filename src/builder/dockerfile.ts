import { readIfThere } from '../base/files.ts';
import { dockerFailure } from '../model/docker-failure.ts';
import { failure } from '../model/failures.ts';
import { DockerError, type Docker } from '../tools/docker.ts';
import { BuildOutput } from './build-output.ts';
import type { Builder, BuildRequest, BuiltImage, Images } from './builder.ts';
import { contextTar } from './context-tar.ts';
import { dockerfileFailure } from './dockerfile-failure.ts';
import { dockerfileImages } from './dockerfile-images.ts';
import { caSecretId, trustExtraCa, withoutSyntax, type RewrittenDockerfile } from './dockerfile-rewrite.ts';
import { isStandardSyntax, syntaxOf } from './dockerfile-syntax.ts';
import { parseDockerfile } from './dockerfile-text.ts';
import { inspectImage } from './inspect-image.ts';
import type { LimitedBuilds } from './limited-builds.ts';
import { pathWithin, readTreeFile } from './tree-file.ts';

export interface DockerfileParts {
  readonly docker: Docker;
  readonly builds: LimitedBuilds;
  readonly images: Images;
  /** Files with further CA certificates that build steps trust; empty: none. */
  readonly extraCa: readonly string[];
}

/** The Dockerfile as it is built: the user's, or a changed copy. */
interface Prepared extends RewrittenDockerfile {
  readonly path: string;
  readonly leftOutSyntax: string | undefined;
  readonly ca: string | undefined;
}

/**
 * Builds the Dockerfile of a tree with BuildKit. Throws E_DOCKERFILE, E_BUILD_FAILED, E_BUILD_OOM,
 * E_IMAGE_UNAVAILABLE, E_DISK_FULL, E_DOCKER_DOWN, E_DOCKER; E_CANCELLED when the signal is aborted, with the running step stopped.
 */
export class DockerfileBuilder implements Builder {
  readonly name = 'dockerfile';
  readonly #parts: DockerfileParts;

  constructor(parts: DockerfileParts) {
    this.#parts = parts;
  }

  async build(request: BuildRequest): Promise<BuiltImage> {
    try {
      request.out.step(`Building with ${request.dockerfile}`);
      const prepared = await this.#prepare(request);
      await this.#ensureBases(prepared, request);
      const id = await this.#run(prepared, request);
      return await this.#inspect(id);
    } catch (error) {
      if (request.signal.aborted) throw failure('E_CANCELLED', 'The build was cancelled', { cause: error });
      throw error instanceof DockerError ? dockerFailure(error) : error;
    }
  }

  async #prepare(request: BuildRequest): Promise<Prepared> {
    const path = pathWithin(request.dockerfile) ?? request.dockerfile;
    const original = await dockerfileText(request.tree, path);
    const leftOutSyntax = await this.#unusableSyntax(original, path);
    if (leftOutSyntax !== undefined) {
      request.out.warning(
        `${leftOutSyntax} is not on this machine: Docker's own Dockerfile syntax is used instead`,
      );
    }
    const text = leftOutSyntax === undefined ? original : withoutSyntax(original);
    const ca = await certificates(this.#parts.extraCa);
    const rewritten = ca === undefined ? { text, originalLine: (line: number) => line } : trustExtraCa(text);
    return { ...rewritten, path, leftOutSyntax, ca };
  }

  /** The standard frontend, where `# syntax=` asks for it and it is not here. Throws E_DOCKERFILE for any other. */
  async #unusableSyntax(text: string, path: string): Promise<string | undefined> {
    const wanted = syntaxOf(text);
    if (wanted === undefined) return undefined;
    if (!isStandardSyntax(wanted)) throw foreignSyntax(wanted, path);
    return (await inspectImage(this.#parts.docker, wanted)) ? undefined : wanted;
  }

  async #ensureBases({ text }: Prepared, { out, signal }: BuildRequest): Promise<void> {
    for (const image of dockerfileImages(parseDockerfile(text))) {
      signal.throwIfAborted();
      await this.#parts.images.ensure(image, { out, signal });
    }
  }

  async #run(prepared: Prepared, request: BuildRequest): Promise<string> {
    const output = new BuildOutput((line) => request.out.detail(line));
    try {
      return await this.#parts.builds.build({
        text: prepared.text,
        limits: request.limits,
        context: await contextTar(request.tree, prepared),
        tag: request.reference,
        dockerfile: prepared.path,
        labels: request.labels,
        secrets: prepared.ca === undefined ? {} : { [caSecretId]: prepared.ca },
        onTrace: (trace) => output.take(trace),
        signal: request.signal,
      });
    } catch (error) {
      throw dockerfileFailure(error, prepared);
    }
  }

  async #inspect(id: string): Promise<BuiltImage> {
    const image = await inspectImage(this.#parts.docker, id);
    if (!image)
      throw failure('E_BUSY', 'The image was removed as soon as it was built', { hint: 'deploy again' });
    return image;
  }
}

/** It is a program of somebody's that would run in the builder and could ask it for more than a Dockerfile can. */
function foreignSyntax(wanted: string, path: string): Error {
  return failure('E_DOCKERFILE', `${path}: "# syntax=${wanted}" is not taken, only docker/dockerfile is`, {
    hint: 'remove that line',
  });
}

/** Largest Dockerfile, in bytes. */
const largest = 1024 * 1024;

async function dockerfileText(tree: string, path: string): Promise<string> {
  const file = await readTreeFile(tree, path, largest);
  if (file.kind === 'text') return file.text;
  const problems = {
    missing: `There is no file ${path} in the source`,
    outside: `${path} leads out of the source`,
    'not-plain': `${path} is no plain file`,
    'too-large': `${path} is larger than 1 MiB`,
  };
  const hint = file.kind === 'missing' ? 'add it to the repository and commit it' : undefined;
  throw failure('E_DOCKERFILE', problems[file.kind], { hint });
}

/** The texts of all files that are there, one after the other; undefined without any. */
async function certificates(files: readonly string[]): Promise<string | undefined> {
  const texts = (await Promise.all(files.map(readIfThere))).filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.map((text) => `${text.trimEnd()}\n`).join('');
}
