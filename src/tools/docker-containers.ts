import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import { type Docker, DockerError, ifThere } from './docker.ts';
import { type TarMember, writeTar } from './tar.ts';
import { attachedLines, loggedLines, type TimedLine } from './docker-log-frames.ts';

const created = z.object({ Id: z.string() });

const summaries = z.array(
  z.object({
    Id: z.string(),
    State: z.string(),
    Status: z.string(),
    /** Seconds since 1970. */
    Created: z.number(),
    Labels: z.record(z.string(), z.string()),
  }),
);

const details = z.object({
  /** Id of its image. */
  Image: z.string(),
  /** `NAME=value`, that of the image with it. */
  Config: z.object({ Env: z.array(z.string()).nullish() }),
  RestartCount: z.number(),
  State: z.object({
    Running: z.boolean(),
    Restarting: z.boolean(),
    OOMKilled: z.boolean(),
    Pid: z.number(),
    ExitCode: z.number(),
  }),
});

const ended = z.object({ StatusCode: z.number() });

export type ContainerSummary = z.infer<typeof summaries>[number];
export type ContainerDetails = z.infer<typeof details>;

/** `POST /containers/create`; gives the id. */
export async function createContainer(docker: Docker, name: string, config: object): Promise<string> {
  return created.parse(await docker.json('POST', '/containers/create', { query: { name }, body: config })).Id;
}

/** Returns when Docker started its program. DockerError 403: its address is taken; 400: its command is not there. */
export async function startContainer(docker: Docker, id: string): Promise<void> {
  await docker.json('POST', `/containers/${id}/start`);
}

/** SIGTERM, then SIGKILL after so many seconds. One that is stopped or gone already is fine. */
export async function stopContainer(docker: Docker, id: string, seconds: number): Promise<void> {
  await unlessGone(docker.json('POST', `/containers/${id}/stop`, { query: { t: seconds } }));
}

/** SIGKILL. One that is stopped or gone already is fine. */
export async function killContainer(docker: Docker, id: string): Promise<void> {
  await unlessGone(docker.json('POST', `/containers/${id}/kill`));
}

/** Removes it with its anonymous volumes, running or not. One that is gone already is fine. */
export async function deleteContainer(docker: Docker, id: string): Promise<void> {
  await unlessGone(docker.json('DELETE', `/containers/${id}`, { query: { force: true, v: true } }));
}

/** Path -> text: puts files into a container, for all to read; their folders must be there. */
export async function putFiles(
  docker: Docker,
  id: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  if (Object.keys(files).length === 0) return;
  await putArchive(docker, id, { path: '/', tar: writeTar(membersOf(files)) });
}

/** Unpacks a tar into a folder of a container, running or not, its volumes included; owners are those of the tar. */
export async function putArchive(
  docker: Docker,
  id: string,
  { path, tar, signal }: { readonly path: string; readonly tar: Readable; readonly signal?: AbortSignal },
): Promise<void> {
  await docker.json('PUT', `/containers/${id}/archive`, {
    query: { path },
    body: tar,
    headers: { 'Content-Type': 'application/x-tar' },
    signal,
  });
}

async function* membersOf(files: Readonly<Record<string, string>>): AsyncGenerator<TarMember> {
  for (const [path, text] of Object.entries(files))
    yield { kind: 'file', path: path.slice(1), content: Buffer.from(text) };
}

const addresses = z.object({
  NetworkSettings: z.object({ Networks: z.record(z.string(), z.object({ IPAddress: z.string() })) }),
});

/** Name of a network -> the container's address in it. */
export async function addressesOf(docker: Docker, id: string): Promise<Readonly<Record<string, string>>> {
  const { NetworkSettings } = addresses.parse(await docker.json('GET', `/containers/${id}/json`));
  return Object.fromEntries(
    Object.entries(NetworkSettings.Networks).map(([name, { IPAddress }]) => [name, IPAddress]),
  );
}

/** What Docker knows of one container. DockerError 404: it is gone. */
export async function inspectContainer(docker: Docker, id: string): Promise<ContainerDetails> {
  return details.parse(await docker.json('GET', `/containers/${id}/json`));
}

const anything = z.record(z.string(), z.unknown());

/** All of it as Docker tells it, the environment with its values; undefined for one that is gone. */
export async function inspectWhole(
  docker: Docker,
  id: string,
): Promise<z.infer<typeof anything> | undefined> {
  const container = docker.json('GET', `/containers/${id}/json`);
  return ifThere(container.then((found) => anything.parse(found)));
}

/** All containers, running or not, that carry all of these labels (`name=value`). */
export async function listContainers(docker: Docker, labels: readonly string[]): Promise<ContainerSummary[]> {
  const filters = JSON.stringify({ label: labels });
  return summaries.parse(await docker.json('GET', '/containers/json', { query: { all: true, filters } }));
}

/** Ids of all containers, running or not, whose name begins like this. */
export async function containersNamed(docker: Docker, prefix: string): Promise<string[]> {
  const answer = await docker.json('GET', '/containers/json', { query: { all: true } });
  const all = z.array(z.object({ Id: z.string(), Names: z.array(z.string()) })).parse(answer);
  return all.filter(({ Names }) => Names.some((name) => name.startsWith(`/${prefix}`))).map(({ Id }) => Id);
}

/** Resolves as soon as Docker watches; `code` then resolves with the exit code of the next end of its program. */
export async function watchNextExit(
  docker: Docker,
  id: string,
  signal?: AbortSignal,
): Promise<{ code: Promise<number> }> {
  const answer = await docker.stream('POST', `/containers/${id}/wait`, {
    query: { condition: 'next-exit' },
    signal,
  });
  const read = async () => {
    let body = '';
    answer.setEncoding('utf8');
    for await (const chunk of answer) body += String(chunk);
    return ended.parse(JSON.parse(body)).StatusCode;
  };
  const code = read().catch((cause: Error) => {
    throw signal?.aborted ? signal.reason : new DockerError(0, `Docker broke off: ${cause.message}`, cause);
  });
  // Whoever asks for it sees the error; one who does not ask must not end this program.
  code.catch(() => {});
  return { code };
}

/** Lines of stdout and stderr from now on; resolves as soon as Docker attached, `end` when the program closed both. */
export async function attachOutput(
  docker: Docker,
  id: string,
  onLine: (text: string) => void,
): Promise<{ end: Promise<void> }> {
  const query = { stream: true, stdout: true, stderr: true };
  const socket = await docker.upgrade('POST', `/containers/${id}/attach`, { query });
  const lines = attachedLines(onLine);
  socket.on('data', (chunk) => lines.push(chunk as Buffer));
  const end = finished(socket, { writable: false })
    .catch((cause: Error) => {
      throw new DockerError(0, `Docker broke off: ${cause.message}`, cause);
    })
    .finally(() => {
      lines.end();
      socket.destroy();
    });
  end.catch(() => {});
  return { end };
}

export interface LogRequest {
  /** The last so many lines, or all. */
  readonly tail?: number;
  /** Only lines at or after this time: RFC 3339 as in TimedLine. */
  readonly since?: string | undefined;
  readonly follow?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls back with each line of a container's log; with `follow`, until it stops. A container that is gone has no lines.
 * After some lines `onPause` is waited for, before more are read.
 */
export async function readLog(
  docker: Docker,
  id: string,
  request: LogRequest & { onLine: (line: TimedLine) => void; onPause?: () => Promise<void> },
): Promise<void> {
  const { tail, since, follow = false, signal, onPause } = request;
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow,
    tail: tail ?? 'all',
    since: since && unixTime(since),
  };
  const answer = await unlessGone(docker.stream('GET', `/containers/${id}/logs`, { query, signal }));
  if (!answer) return;
  const lines = loggedLines(request.onLine);
  for await (const chunk of logChunks(answer, signal)) {
    lines.push(chunk);
    await onPause?.();
  }
  lines.end();
}

async function* logChunks(answer: AsyncIterable<unknown>, signal: AbortSignal | undefined) {
  try {
    for await (const chunk of answer) yield chunk as Buffer;
  } catch (cause) {
    throw signal?.aborted ? signal.reason : new DockerError(0, 'Docker broke off while it sent a log', cause);
  }
}

/** So many of the last lines of a command are kept: one that prints without end must not fill the memory. */
const keptLines = 20;

/** Runs a command inside a running container; gives its exit code and the last lines it printed. It cannot be killed from here. */
export async function runInside(
  docker: Docker,
  id: string,
  options: { argv: readonly string[]; signal: AbortSignal },
): Promise<{ exitCode: number; lines: string[] }> {
  const { argv, signal } = options;
  const body = { Cmd: argv, AttachStdout: true, AttachStderr: true };
  const exec = created.parse(await docker.json('POST', `/containers/${id}/exec`, { body, signal }));
  const output = await docker.stream('POST', `/exec/${exec.Id}/start`, {
    body: { Detach: false, Tty: false },
    signal,
  });
  const text: string[] = [];
  const lines = attachedLines((line) => {
    text.push(line);
    if (text.length > keptLines) text.shift();
  });
  for await (const chunk of output) lines.push(chunk as Buffer);
  lines.end();
  const state = z
    .object({ ExitCode: z.number() })
    .parse(await docker.json('GET', `/exec/${exec.Id}/json`, { signal }));
  return { exitCode: state.ExitCode, lines: text };
}

/** Seconds since 1970 with nine decimals, as Docker takes it in `since`. */
function unixTime(time: string): string {
  const decimals = /\.(\d+)/.exec(time)?.[1] ?? '0';
  return `${Math.floor(Date.parse(time) / 1000)}.${decimals.padEnd(9, '0')}`;
}

async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const gone =
      error instanceof DockerError &&
      (error.status === 404 ||
        (error.status === 409 && /is not running|already in progress|dead or marked/.test(error.message)));
    if (gone) return undefined;
    throw error;
  }
}
