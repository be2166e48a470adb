import { PassThrough, type Readable, type Writable } from 'node:stream';
import { randomId } from '../base/ids.ts';
import { retryUntil } from '../base/retry.ts';
import type { Terminal } from '../base/terminal.ts';
import { type Docker, DockerError } from './docker.ts';
import { runInside } from './docker-containers.ts';
import { beginExec, type ExecOrder, followExec, stdoutOf } from './docker-exec.ts';

export interface SessionOrder extends ExecOrder {
  /** Where the command gets a terminal of its own of this kind and size; null: pipes. */
  readonly terminal: Terminal | null;
  /** Each line of standard error; in a terminal that goes to the output. */
  readonly onError: (line: string) => void;
}

export interface OpenSession {
  readonly input: Writable;
  readonly output: Readable;
  /** Its exit status. Rejects with DockerError, or the signal's reason. */
  readonly end: Promise<number>;
}

/** By which the processes of a session are found again: they inherit it. */
const mark = 'SLIPWAY_SESSION';

/** `sh -c SCRIPT sh MARK`: a hang-up as from a terminal that is switched off, and a second later the end. */
const hangUpScript = `marked() {
  for folder in /proc/[0-9]*; do
    tr '\\0' '\\n' < "$folder/environ" 2>/dev/null | grep -qx "${mark}=$1" && echo "\${folder#/proc/}"
  done
}
for signal in HUP KILL; do
  for pid in $(marked "$1"); do kill -s "$signal" "$pid" 2>/dev/null; done
  [ -z "$(marked "$1")" ] && exit
  sleep 1
done`;

/** Milliseconds for it: the container may be gone, or be stuck. */
const hangUpPatience = 10_000;

/**
 * Runs a command in a running container for somebody who talks with it. When the signal is aborted, or input or output
 * break, the command is ended with all that it started, as at a terminal: Docker by itself would let it run on. Throws as openExec does.
 */
export async function openSession(
  docker: Docker,
  container: string,
  order: SessionOrder,
): Promise<OpenSession> {
  const { argv, terminal, signal, onError } = order;
  const session = randomId(16);
  const kind = terminal ? [`TERM=${terminal.kind}`] : [];
  const env = [...order.env, ...kind, `${mark}=${session}`];
  const begun = await beginExec(docker, container, { argv, env, signal, terminal: terminal?.size ?? null });
  if (terminal) followSize(docker, begun.id, { terminal, signal });
  const output = terminal ? new PassThrough() : stdoutOf(onError);
  const end = followExec(docker, begun, { output, signal }).catch(async (error: unknown) => {
    await hangUp(docker, container, session); // nobody listens to it any more
    throw error;
  });
  end.catch(() => {});
  return { input: begun.socket, output, end };
}

/** Nothing is told of what goes wrong: whom it could be told is gone. */
async function hangUp(docker: Docker, container: string, session: string): Promise<void> {
  const argv = ['sh', '-c', hangUpScript, 'sh', session];
  await runInside(docker, container, { argv, signal: AbortSignal.timeout(hangUpPatience) }).catch(() => {});
}

/**
 * Docker takes the size of a terminal only once its command runs, which may take a moment. Where it takes none, the
 * terminal is a small one, which is no reason to end it.
 */
function followSize(
  docker: Docker,
  id: string,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): void {
  let { columns: w, rows: h } = terminal.size;
  const resize = async () => {
    await docker.json('POST', `/exec/${id}/resize`, { query: { w, h }, signal });
    return true;
  };
  const patiently = { firstPause: 20, maxPause: 100, timeout: 2000, signal };
  const tell = () => retryUntil(() => resize().catch(unlessRefused), patiently).catch(() => {});
  void tell();
  terminal.onResize((size) => {
    ({ columns: w, rows: h } = size);
    void tell();
  });
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof DockerError)) throw error;
  return undefined;
}
