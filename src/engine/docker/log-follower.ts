import type { Docker } from '../../tools/docker.ts';
import { readLog } from '../../tools/docker-containers.ts';
import type { ProcessLine } from '../engine.ts';

/** A container whose log is read: its id and what its lines are marked with. */
export interface LogSource {
  readonly id: string;
  /** `web.1` */
  readonly process: string;
}

/** Gives the lines of any number of containers as they are written, each line once, also over restarts of a container. */
export class LogFollower {
  /** Aborted with the signal it was made with, or with the error of a log that could not be read. */
  readonly signal: AbortSignal;
  readonly #broken = new AbortController();
  readonly #turns = new Map<string, Promise<void>>();
  /** Time of the last line that was given, by container. */
  readonly #last = new Map<string, string>();
  readonly #docker: Docker;
  readonly #onLine: (line: ProcessLine) => void;

  constructor(docker: Docker, signal: AbortSignal, onLine: (line: ProcessLine) => void) {
    this.#docker = docker;
    this.#onLine = onLine;
    this.signal = AbortSignal.any([signal, this.#broken.signal]);
  }

  /**
   * Follows a container from after the given time, until it stops. For one that is followed already, which was started
   * again, that begins when the log of its life before was read to the end.
   */
  follow(source: LogSource, after = ''): void {
    if (!this.#last.has(source.id)) this.#last.set(source.id, after);
    const turn = (this.#turns.get(source.id) ?? Promise.resolve()).then(() => this.#read(source));
    this.#turns.set(source.id, turn);
    turn.catch((error: unknown) => this.#broken.abort(error));
  }

  /** When the last line of a container that has stopped was given. Never throws. */
  async caughtUp(id: string): Promise<void> {
    await this.#turns.get(id)?.catch(() => {});
  }

  /** Docker may end what it sends of a container that stops before the last lines: those are asked for once more. */
  async #read(source: LogSource): Promise<void> {
    await this.#readOnce(source, true);
    if (!this.signal.aborted) await this.#readOnce(source, false);
  }

  async #readOnce({ id, process }: LogSource, follow: boolean): Promise<void> {
    const after = this.#last.get(id) ?? '';
    await readLog(this.#docker, id, {
      since: after === '' ? undefined : after,
      follow,
      signal: this.signal,
      onLine: (line) => {
        if (line.time <= after) return;
        this.#last.set(id, line.time);
        this.#onLine({ ...line, process, id });
      },
    });
  }
}
