import { readFile } from 'node:fs/promises';
import type { Probe } from '../../model/check.ts';
import { failure } from '../../model/failures.ts';
import type { ProcessSpec, RunningProcess } from '../../model/process.ts';
import { type Docker, DockerError } from '../../tools/docker.ts';
import {
  type ContainerDetails,
  inspectContainer,
  readLog,
  runInside,
  watchNextExit,
} from '../../tools/docker-containers.ts';
import { pastEvents } from '../../tools/docker-events.ts';
import { readKernelLog } from '../../tools/kernel-log.ts';
import type { Listener, OutOfMemory, ProcessExit } from '../evidence.ts';
import { type ProbeAnswer, type Target, tryHttp, tryListening, type TryOptions } from '../probe.ts';
import type { Candidate } from '../wait-healthy.ts';
import { parseListeners } from './listeners.ts';
import { oomKillOf } from './oom-kills.ts';

/** A container that should become healthy, seen from outside: by its address, and by what Docker and Linux know of it. */
export class DockerCandidate implements Candidate {
  readonly process: RunningProcess;
  readonly #docker: Docker;
  readonly #spec: ProcessSpec;

  constructor(docker: Docker, process: RunningProcess, spec: ProcessSpec) {
    this.#docker = docker;
    this.process = process;
    this.#spec = spec;
  }

  async attempt(probe: Exclude<Probe, { kind: 'uptime' }>, options: TryOptions): Promise<ProbeAnswer> {
    if (probe.kind === 'http') return tryHttp(this.#target(probe.port), probe, options);
    if (probe.kind === 'listening') return tryListening(this.#target(probe.port), options);
    return this.#tryCommand(probe.argv, options);
  }

  async exit(signal: AbortSignal): Promise<ProcessExit> {
    const next = await watchNextExit(this.#docker, this.process.id, signal);
    const before = await inspectContainer(this.#docker, this.process.id);
    if (!hasEnded(before)) await next.code;
    const code = await this.#codeOfEnd();
    return { code, outOfMemory: this.#outOfMemory(code, before) };
  }

  async lastLines(count: number): Promise<readonly string[]> {
    const lines: string[] = [];
    await readLog(this.#docker, this.process.id, {
      tail: count,
      onLine: (line) => lines.push(line.text),
    });
    return lines;
  }

  async listeners(): Promise<readonly Listener[] | null> {
    const { State } = await inspectContainer(this.#docker, this.process.id);
    const text = await socketsOf(State.Pid);
    return text === undefined ? null : parseListeners(text);
  }

  #target(probePort: number | null): Target {
    const port = probePort ?? this.process.port;
    if (port !== null) return { address: this.process.address, port, host: this.process.app };
    throw failure(
      'E_APP_JSON',
      `The check of ${this.process.type} names no port, and ${this.process.type} has none of its own`,
      {
        hint: 'give the check a port, or use a command or uptime check',
      },
    );
  }

  async #tryCommand(argv: readonly string[], { timeout, signal }: TryOptions): Promise<ProbeAnswer> {
    const timer = AbortSignal.timeout(timeout);
    const said = (text: string): ProbeAnswer => ({
      healthy: false,
      said: `its check command ${text}`,
      saw: 'nothing',
    });
    try {
      const { exitCode, lines } = await runInside(this.#docker, this.process.id, {
        argv,
        signal: AbortSignal.any([signal, timer]),
      });
      return exitCode === 0
        ? { healthy: true }
        : said(`ended with ${exitCode}: ${lines.at(-1) ?? 'no output'}`);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (timer.aborted) return said(`did not end within ${timeout / 1000} s`);
      // Between its end and its restart a container runs nothing; that it ended is told by `exit`.
      if (error instanceof DockerError && error.status === 409) return said('could not be run');
      throw error;
    }
  }

  /**
   * Docker's own mark for it is gone as soon as it started the process again, and not set at all on some machines; the
   * kernel's log has every such kill, where it may be read. Else, SIGKILL for a process that has a limit, which nobody
   * had a reason to kill, means little else.
   */
  #outOfMemory(code: number | null, { State }: ContainerDetails): OutOfMemory | null {
    if (code === 0) return null;
    const logged = oomKillOf(readKernelLog(), this.process.id);
    if (logged) return logged;
    if (State.OOMKilled) return this.#spec.memory === null ? 'machine' : 'limit';
    return code === 137 && this.#spec.memory !== null ? 'likely' : null;
  }

  /**
   * Of its first end. Docker starts it again, and from then on tells 0: also, before version 23, to one that waited for
   * the end and got its turn too late. Docker's events keep the true code for a while.
   */
  async #codeOfEnd(): Promise<number | null> {
    const [first] = await pastEvents(this.#docker, this.process.id, 'die');
    if (first) return Number(first.attributes['exitCode']);
    const { State } = await inspectContainer(this.#docker, this.process.id);
    return !State.Running || State.Restarting ? State.ExitCode : null;
  }
}

function hasEnded({ State, RestartCount }: ContainerDetails): boolean {
  return !State.Running || State.Restarting || RestartCount > 0;
}

/** The kernel's table of TCP sockets in a container, or undefined where it is gone or may not be read. */
async function socketsOf(pid: number): Promise<string | undefined> {
  try {
    return (
      await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')))
    ).join('\n');
  } catch {
    return undefined;
  }
}
