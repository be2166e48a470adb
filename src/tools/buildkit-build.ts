import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Secret } from '../base/secret.ts';
import { BuildLines } from './buildkit-lines.ts';
import { openBuildSession, type RegistryLogin } from './buildkit-session.ts';
import { decodeTrace, type BuildTrace } from './buildkit-trace.ts';
import type { Docker, DockerRequest } from './docker.ts';

export interface ImageBuild {
  /** A tar with the Dockerfile and all files it copies; read to its end, or destroyed. */
  readonly context: Readable;
  /** The tag that the image gets. */
  readonly tag: string;
  /** Path of the Dockerfile within the tar. */
  readonly dockerfile: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly noCache?: boolean;
  readonly networkMode?: 'none' | 'default';
  readonly secrets?: Readonly<Record<string, Secret | string>>;
  readonly auth?: Readonly<Record<string, RegistryLogin>>;
  /** Called with each report as it comes. */
  readonly onTrace?: (trace: BuildTrace) => void;
  readonly signal?: AbortSignal;
}

/** BuildKit did not make the image. */
export class BuildError extends Error {
  /** Name of the step that failed, such as `[2/3] RUN npm ci`; undefined where it failed before any step. */
  readonly step: string | undefined;
  /** What the program of the step exited with, where that was the failure. */
  readonly exitCode: number | undefined;
  /** The last lines that the step wrote. */
  readonly lines: readonly string[];

  constructor(message: string, failed: { step?: string | undefined; lines?: readonly string[] } = {}) {
    super(message);
    this.name = 'BuildError';
    this.step = failed.step;
    this.exitCode = exitCodeOf(message);
    this.lines = failed.lines ?? [];
  }
}

/**
 * Builds an image with the BuildKit of the Docker daemon and gives its id. Aborting the signal stops the running step;
 * then the signal's reason is thrown. Throws BuildError where the build fails, DockerError where Docker does, and
 * what the context's stream throws.
 */
export async function buildImage(docker: Docker, build: ImageBuild): Promise<string> {
  const contextFailure = failureOf(build.context);
  try {
    build.signal?.throwIfAborted();
    return await buildInSession(docker, build);
  } catch (error) {
    build.signal?.throwIfAborted();
    throw contextFailure() ?? error;
  } finally {
    build.context.destroy();
  }
}

async function buildInSession(docker: Docker, build: ImageBuild): Promise<string> {
  const gifts = { secrets: build.secrets ?? {}, auth: build.auth ?? {} };
  const session = await openBuildSession(docker, gifts, build.signal);
  try {
    return await run(docker, build, session.id);
  } finally {
    session.close();
  }
}

async function run(docker: Docker, build: ImageBuild, session: string): Promise<string> {
  const id = randomUUID();
  // Closing the connection ends the build too, but only once Docker notices: the explicit word is quicker and sure.
  const cancel = () => void docker.json('POST', '/build/cancel', { query: { id } }).catch(() => {});
  build.signal?.addEventListener('abort', cancel, { once: true });
  const record = new BuildRecord(build.onTrace);
  try {
    await docker.jsonLines('POST', '/build', {
      query: query(build, { session, id }),
      headers: { 'Content-Type': 'application/x-tar' },
      body: build.context,
      signal: build.signal,
      onValue: (value) => record.take(value),
    });
    return record.image();
  } finally {
    build.signal?.removeEventListener('abort', cancel);
  }
}

function query(
  build: ImageBuild,
  { session, id }: { session: string; id: string },
): NonNullable<DockerRequest['query']> {
  return {
    version: 2,
    session,
    buildid: id,
    t: build.tag,
    dockerfile: build.dockerfile,
    buildargs: JSON.stringify(build.buildArgs ?? {}),
    labels: JSON.stringify(build.labels ?? {}),
    target: build.target,
    nocache: build.noCache,
    networkmode: build.networkMode,
  };
}

/** How many of the last lines of a step an error carries: npm says what is wrong some 25 lines before its last one. */
const keptLines = 60;

/** What the lines of the answer to POST /build told. */
class BuildRecord {
  readonly #onTrace: ((trace: BuildTrace) => void) | undefined;
  readonly #tails = new Map<string, string[]>();
  readonly #lines = new BuildLines((vertex, line) => this.#keep(vertex, line));
  #failed: { readonly digest: string; readonly name: string } | undefined;
  #image: string | undefined;

  constructor(onTrace: ((trace: BuildTrace) => void) | undefined) {
    this.#onTrace = onTrace;
  }

  /** Takes one line of the answer. Throws BuildError for the line that ends a failed build. */
  take(value: unknown): void {
    const line = value as {
      id?: unknown;
      aux?: unknown;
      error?: unknown;
      errorDetail?: { message?: unknown };
    };
    if (line.errorDetail !== undefined || line.error !== undefined) {
      throw this.#failure(String(line.errorDetail?.message ?? line.error));
    }
    if (line.id === 'moby.buildkit.trace' && typeof line.aux === 'string') this.#trace(decodeTrace(line.aux));
    if (line.id === 'moby.image.id') this.#image = String((line.aux as { ID?: unknown }).ID);
  }

  /** The id of the image, once the answer is over. */
  image(): string {
    if (this.#image === undefined) throw new BuildError('Docker ended the build without an image');
    return this.#image;
  }

  #trace(trace: BuildTrace): void {
    for (const log of trace.logs) this.#lines.push(log);
    for (const vertex of trace.vertexes) {
      if (vertex.completed !== null) this.#lines.end(vertex.digest);
      // A step that was only cancelled because another failed is not the cause.
      if (vertex.error !== '' && !vertex.error.includes('context canceled')) this.#failed ??= vertex;
    }
    this.#onTrace?.(trace);
  }

  #keep(vertex: string, line: string): void {
    const tail = this.#tails.get(vertex) ?? [];
    tail.push(line);
    if (tail.length > keptLines) tail.shift();
    this.#tails.set(vertex, tail);
  }

  #failure(message: string): BuildError {
    const failed = this.#failed;
    if (!failed) return new BuildError(message);
    return new BuildError(message, { step: failed.name, lines: this.#tails.get(failed.digest) ?? [] });
  }
}

/** `executor failed running [...]: exit code: 1` (BuildKit to 0.9), `... did not complete successfully: exit code: 1`. */
function exitCodeOf(message: string): number | undefined {
  const found = /exit code: (\d+)\s*$/.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Remembers what a stream fails with, which an error of the connection would hide. */
function failureOf(stream: Readable): () => unknown {
  let failure: unknown;
  stream.on('error', (error) => {
    failure = error;
  });
  return () => failure;
}
