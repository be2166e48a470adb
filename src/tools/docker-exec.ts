import { Transform, type Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { lastOf } from '../base/last-of.ts';
import { lineSplitter } from '../base/line-splitter.ts';
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
  const { argv, env, signal } = order;
  const attach = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
  const answer = await docker.json('POST', `/containers/${container}/exec`, {
    body: { Cmd: argv, Env: env, ...attach },
    signal,
  });
  const { Id } = created.parse(answer);
  const socket = await docker.upgrade('POST', `/exec/${Id}/start`, {
    body: { Detach: false, Tty: false },
    signal,
  });
  const errors = lastOf<string>(keptLines);
  const output = stdoutOf((line) => errors.add(line));
  const abort = () => void socket.destroy();
  signal.addEventListener('abort', abort);
  const end = pipeline(socket, output)
    .catch((cause: Error) => {
      throw signal.aborted ? signal.reason : new DockerError(0, `Docker broke off: ${cause.message}`, cause);
    })
    .then(async () => ({ exitCode: await exitCodeOf(docker, Id), errors: errors.all() }))
    .finally(() => signal.removeEventListener('abort', abort));
  end.catch(() => {});
  return { input: socket, output, end };
}

/** Docker may need a moment more to know it. */
async function exitCodeOf(docker: Docker, id: string): Promise<number> {
  for (;;) {
    const { ExitCode } = inspected.parse(await docker.json('GET', `/exec/${id}/json`));
    if (ExitCode !== null) return ExitCode;
  }
}

/** Gives on what was written to standard output, and the lines of standard error aside. */
function stdoutOf(onError: (line: string) => void): Transform {
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
