import { Failure } from '../base/failure.ts';
import { saysDiskFull } from '../base/disk-full.ts';
import { dockerFailure } from '../model/docker-failure.ts';
import { failure } from '../model/failures.ts';
import { formatBytes } from '../model/size.ts';
import { BuildError } from '../tools/buildkit-build.ts';
import { DockerError } from '../tools/docker.ts';
import { stepInstruction, type StepTitles } from './build-output.ts';
import { BuildMemoryError } from './memory-kill.ts';
import { registryCause } from './images/registry-cause.ts';
import { stepHint } from './step-hints.ts';

export interface DockerfileContext {
  /** Path of the Dockerfile in the tree. */
  readonly path: string;
  /** The line of the user's file that a line of the built copy stands for. */
  readonly originalLine: (line: number) => number;
  /** The `# syntax=` image that could not be used, or undefined. */
  readonly leftOutSyntax: string | undefined;
  readonly titles?: StepTitles | undefined;
}

/** How many of the last lines of a failed step are shown with it. */
const shownLines = 10;

/** What a failed build means to the user. Gives back what is no failure of theirs: a bug. */
export function dockerfileFailure(error: unknown, context: DockerfileContext): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof DockerError) return dockerFailure(error);
  return error instanceof BuildError ? buildFailure(error, context) : error;
}

/** What an error of BuildKit means to the user. */
export function buildFailure(error: BuildError, context: DockerfileContext): Failure {
  const detail = error.lines.slice(-shownLines);
  const step = error.step === undefined ? undefined : stepInstruction(error.step, context.titles);
  if ([error.message, ...detail].some(saysDiskFull)) {
    return failure('E_DISK_FULL', 'The disk became full during the build', { detail, cause: error });
  }
  if (error.exitCode !== undefined) return exitFailure(error, step ?? 'RUN', detail);
  if (/cannot allocate memory/i.test(error.message))
    return failure('E_MEMORY_SHORT', 'The machine has too little memory left for the build', {
      detail,
      cause: error,
    });
  return textFailure(error, context) ?? imageFailure(error) ?? stepFailure(error, step, detail);
}

/** A program of a RUN failed. */
function exitFailure(error: BuildError, step: string, detail: readonly string[]): Failure {
  const message = `The step "${step}" ended with exit code ${error.exitCode}`;
  if (error instanceof BuildMemoryError) return memoryFailure(error, step, detail);
  // 137 = 128 + SIGKILL: by somebody, or for want of memory where the kernel's log cannot be read.
  if (error.exitCode !== 137)
    return failure('E_BUILD_FAILED', message, { hint: stepHint(error.lines), detail, cause: error });
  const hint = 'the machine, or the limit for builds, may have too little memory for this step';
  return failure('E_BUILD_FAILED', `${message}: it was killed`, { hint, detail, cause: error });
}

/** The kernel ended it for want of memory. */
function memoryFailure(error: BuildMemoryError, step: string, detail: readonly string[]): Failure {
  const { met, limit } = error;
  const than = limit === null ? 'memory than the machine had left' : `than ${formatBytes(limit)}`;
  const hints = {
    all: 'let it use less, or allow builds more: slipway resource:limit --global --process-type build --memory SIZE',
    own: 'let it use less, or allow its app more: slipway resource:limit APP --process-type build --memory SIZE',
    machine: 'let it use less, scale apps down, or give the machine more memory',
  };
  return failure('E_BUILD_OOM', `The step "${step}" needed more ${than}`, {
    hint: hints[met],
    detail,
    cause: error,
  });
}

/** A Dockerfile that BuildKit could not read. */
function textFailure(error: BuildError, context: DockerfileContext): Failure | undefined {
  const parse = /dockerfile parse error (?:on )?line (\d+): (.*)$/is.exec(error.message);
  const other = /(?:failed to create LLB definition|failed to read dockerfile|failed to parse): (.*)$/is.exec(
    error.message,
  );
  if (!parse && (!other || isImageTrouble(error))) return undefined;
  const place = parse ? `${context.path} line ${context.originalLine(Number(parse[1]))}` : context.path;
  const hint = context.leftOutSyntax
    ? `this may need ${context.leftOutSyntax}, which is not on this machine: pull it, or use a newer Docker`
    : undefined;
  return failure('E_DOCKERFILE', `${place}: ${(parse?.[2] ?? other?.[1] ?? '').trim()}`, {
    hint,
    cause: error,
  });
}

const imageSteps =
  /^(?:\[internal\] load metadata for|resolve image config for(?: docker-image:\/\/)?) (\S+)/;

function isImageTrouble(error: BuildError): boolean {
  return (
    imageSteps.test(error.step ?? '') ||
    /pull access denied|failed to do request|manifest unknown/.test(error.message)
  );
}

function imageFailure(error: BuildError): Failure | undefined {
  if (!isImageTrouble(error)) return undefined;
  const image = imageSteps.exec(error.step ?? '')?.[1]?.replace(/^docker\.io\/(library\/)?/, '');
  const reason = withoutWrapping(error.message);
  const { code, hint } = registryCause(reason, registryOf(image)) ?? {
    code: 'E_IMAGE_UNAVAILABLE' as const,
    hint: undefined,
  };
  return failure(code, image ? `${image} cannot be had: ${reason}` : reason, { hint, cause: error });
}

function registryOf(image: string | undefined): string {
  // The first word of a name is a host where it can be nothing else: see parseReference, which refuses odd names.
  return /^([^/]*[.:][^/]*|localhost)\//.exec(image ?? '')?.[1] ?? 'docker.io';
}

function stepFailure(error: BuildError, step: string | undefined, detail: readonly string[]): Failure {
  const reason = withoutWrapping(error.message);
  const message = step ? `The step "${step}" failed: ${reason}` : `The build failed: ${reason}`;
  return failure('E_BUILD_FAILED', message, { detail, cause: error });
}

/** What BuildKit's layers put in front of the reason, and what they repeat behind it. */
function withoutWrapping(message: string): string {
  const wrapping =
    /^(failed to solve(?: with frontend \S+)?|failed to create LLB definition|failed to compute cache key|rpc error: code = \w+ desc =|executor failed running \[.*\]):? /s;
  let text = message.trim();
  while (wrapping.test(text)) text = text.replace(wrapping, '');
  return text.replace(/not found: not found$/, 'not found');
}
