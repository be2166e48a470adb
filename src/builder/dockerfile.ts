import { failure } from '../model/failures.ts';
import { buildDockerfile, type DockerfileParts } from './build-dockerfile.ts';
import type { Builder, BuildRequest, BuiltImage, PlannedBuild, PlanRequest } from './builder.ts';
import { dockerfileImages } from './dockerfile-images.ts';
import { exposedPorts } from './dockerfile-ports.ts';
import { stagesOf, targetIndex } from './dockerfile-stages.ts';
import { parseDockerfile } from './dockerfile-text.ts';
import { withoutSyntax } from './dockerfile-rewrite.ts';
import { isStandardSyntax, syntaxOf } from './dockerfile-syntax.ts';
import { inspectImage } from './inspect-image.ts';
import { pathWithin, readTreeFile } from './tree-file.ts';

/** Builds the Dockerfile of a tree with BuildKit. Throws E_DOCKERFILE, and what `buildDockerfile` throws. */
export class DockerfileBuilder implements Builder {
  readonly name = 'dockerfile';
  readonly #parts: DockerfileParts;

  constructor(parts: DockerfileParts) {
    this.#parts = parts;
  }

  async build(request: BuildRequest): Promise<BuiltImage> {
    request.out.step(`Building with ${request.dockerfile}`);
    const path = pathWithin(request.dockerfile) ?? request.dockerfile;
    const original = await dockerfileText(request.tree, path);
    const leftOutSyntax = await this.#unusableSyntax(original, path);
    if (leftOutSyntax !== undefined) {
      request.out.warning(
        `${leftOutSyntax} is not on this machine: Docker's own Dockerfile syntax is used instead`,
      );
    }
    const text = leftOutSyntax === undefined ? original : withoutSyntax(original);
    const { target, buildArgs } = request;
    refuseUnknownStage(text, path, target);
    return buildDockerfile(this.#parts, request, { path, text, leftOutSyntax, target, buildArgs });
  }

  async plan({ tree, dockerfile: path, ...build }: PlanRequest): Promise<PlannedBuild> {
    const text = await dockerfileText(tree, pathWithin(path) ?? path);
    refuseUnknownStage(text, path, build.target);
    const dockerfile = parseDockerfile(text);
    const ports = exposedPorts(dockerfile, build) ?? [];
    return { dockerfile: text, bases: dockerfileImages(dockerfile, build), ports, detected: null };
  }

  /** The standard frontend, where `# syntax=` asks for it and it is not here. Throws E_DOCKERFILE for any other. */
  async #unusableSyntax(text: string, path: string): Promise<string | undefined> {
    const wanted = syntaxOf(text);
    if (wanted === undefined) return undefined;
    if (!isStandardSyntax(wanted)) throw foreignSyntax(wanted, path);
    return (await inspectImage(this.#parts.docker, wanted)) ? undefined : wanted;
  }
}

function refuseUnknownStage(text: string, path: string, target: string | null): void {
  const stages = stagesOf(parseDockerfile(text));
  if (target === null || targetIndex(stages, target) >= 0) return;
  const names = stages.flatMap(({ name }) => name ?? []).join(', ');
  throw failure('E_DOCKERFILE', `${path} has no stage ${target}; it has: ${names || 'none with a name'}`, {
    hint: 'slipway builder-dockerfile:set APP target (without a value) builds the last one',
  });
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
