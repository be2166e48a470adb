import type { Socket } from 'node:net';
import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { lastOf } from '../base/last-of.ts';
import { lineSplitter } from '../base/line-splitter.ts';
import { wait } from '../base/retry.ts';
import type { TerminalSize } from '../base/terminal.ts';
import { type Docker, DockerError } from './docker.ts';
import { demultiplexed } from './docker-log-frames.ts';

export interface ExecOrder {
  readonly argv: readonly string[];
  /** `NAME=value`: not seen in a list of processes. */
  readonly env: readonly string[];
  /** Without it the command's input is at its end at once. */
  readonly signal: AbortSignal;
}

export interface OpenExec {
  /** Standard input of the command; ends with it. */
  readonly input: Writable;
  /** Standard output; must be read for the command to go on. */
  readonly output: Readable;
  /** Its exit status and the last lines of its standard error. Rejects with DockerError, or the signal's reason. */
  readonly end: Promise<{ readonly exitCode: number; readonly errors: readonly string[] }>;
}

/** So many of the last lines of standard error are kept. */
const keptLines = 20;

const created = z.object({ Id: z.string() });
const inspected = z.object({ ExitCode: z.number().nullable() });

/**
 * Runs a command in a running container, its input and output as streams. Aborting closes both, by which most commands
 * end; Docker has no way to kill one. DockerError 404, 409: the container is gone, or does not run.
 */
export async function openExec(docker: Docker, container: string, order: ExecOrder): Promise<OpenExec> {
  const begun = await beginExec(docker, container, { ...order, terminal: null });
  const errors = lastOf<string>(keptLines);
  const output = stdoutOf((line) => errors.add(line));
  const end = followExec(docker, begun, { output, signal: order.signal }).then((exitCode) => ({
    exitCode,
    errors: errors.all(),
  }));
  end.catch(() => {});
  return { input: begun.socket, output, end };
}

/** A command that Docker has started. */
export interface BegunExec {
  readonly id: string;
  /** Its input and output. */
  readonly socket: Socket;
}

/**
 * Starts a command in a running container, in a terminal of its own where a size is given. An older Docker than 23 (API
 * 1.42) makes it without that size. Throws as openExec does.
 */
export async function beginExec(
  docker: Docker,
  container: string,
  { argv, env, terminal, signal }: ExecOrder & { readonly terminal: TerminalSize | null },
): Promise<BegunExec> {
  const attach = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
  const answer = await docker.json('POST', `/containers/${container}/exec`, {
    body: { Cmd: argv, Env: env, Tty: terminal !== null, ...attach },
    signal,
  });
  const { Id: id } = created.parse(answer);
  const socket = await docker.upgrade('POST', `/exec/${id}/start`, {
    body: {
      Detach: false,
      ...(terminal ? { Tty: true, ConsoleSize: [terminal.rows, terminal.columns] } : { Tty: false }),
    },
    signal,
  });
  return { id, socket };
}

/** Leads what it prints through `output` and gives its exit status. Rejects with DockerError, or the signal's reason. */
export async function followExec(
  docker: Docker,
  { id, socket }: BegunExec,
  { output, signal }: { readonly output: Transform; readonly signal: AbortSignal },
): Promise<number> {
  const abort = () => void socket.destroy();
  signal.addEventListener('abort', abort);
  try {
    await pipeline(socket, output);
  } catch (cause) {
    throw signal.aborted ? signal.reason : new DockerError(0, 'Docker broke off', cause);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return exitCodeOf(docker, id, signal);
}

/** Docker may need a moment more to know it; and a program may close what it prints to, and run on. */
async function exitCodeOf(docker: Docker, id: string, signal: AbortSignal): Promise<number> {
  for (let pause = 1; ; pause = Math.min(2 * pause, 200)) {
    const { ExitCode } = inspected.parse(await docker.json('GET', `/exec/${id}/json`, { signal }));
    if (ExitCode !== null) return ExitCode;
    await wait(pause, signal);
  }
}

/** Gives on what was written to standard output, and the lines of standard error aside. */
export function stdoutOf(onError: (line: string) => void): Transform {
  const text = new TextDecoder();
  const lines = lineSplitter(onError);
  const frames = demultiplexed(
    (stream, payload) => {
      if (stream === 1) output.push(Buffer.from(payload));
      else lines.push(text.decode(payload, { stream: true }));
    },
    () => lines.end(),
  );
  const output: Transform = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      frames.push(chunk);
      done();
    },
    flush(done) {
      frames.end();
      done();
    },
  });
  return output;
}
