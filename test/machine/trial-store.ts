import assert from 'node:assert/strict';
import { randomId } from '../../src/base/ids.ts';
import { retryUntil } from '../../src/base/retry.ts';
import {
  createContainer,
  deleteContainer,
  inspectContainer,
  readLog,
  runInside,
  startContainer,
  stopContainer,
} from '../../src/tools/docker-containers.ts';
import { ensureBaseImages } from './base-images.ts';
import { TrialImages, watched } from './trial-images.ts';

interface Started {
  readonly Env?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly User?: string;
  /** Files in the image's folder for them, by name. */
  readonly Binds?: readonly string[];
}

/** A datastore's image of one test run, and containers of it that keep their data in one volume. */
export class TrialStore {
  readonly image: string;
  readonly #trial: TrialImages;
  readonly #folder: string;
  readonly #containers: string[] = [];

  private constructor(trial: TrialImages, name: string, folder: string) {
    this.#trial = trial;
    this.image = `${trial.prefix}/${name}`;
    this.#folder = folder;
  }

  /** Makes the image of a recipe upon the machine's own Debian; its data is in `folder`. */
  static async of(
    name: string,
    { base = 'debian:bookworm-slim', folder }: { base?: string; folder: string },
  ) {
    const trial = await TrialImages.open();
    await ensureBaseImages(trial.docker, [base]);
    const nameFor = (official: string) => (official === base ? base : `${trial.prefix}/${official}`);
    const work = watched();
    await trial.images({ nameFor }).ensure(name, work);
    return new TrialStore(trial, name, folder);
  }

  async close(): Promise<void> {
    for (const container of this.#containers) await deleteContainer(this.#trial.docker, container);
    await this.#trial.docker.json('DELETE', `/volumes/${this.#volume}`);
    await this.#trial.close();
  }

  /** Another container with the data of those before. */
  async start({ Binds = [], ...config }: Started = {}): Promise<string> {
    const { docker, prefix } = this.#trial;
    const container = await createContainer(docker, `${prefix}-${randomId()}`, {
      Image: this.image,
      // Some keep their data by it.
      Hostname: 'store',
      ...config,
      HostConfig: { Binds: [`${this.#volume}:${this.#folder}`, ...Binds], Init: true },
    });
    this.#containers.push(container);
    await startContainer(docker, container);
    return container;
  }

  /** Runs a command inside and expects that it works; gives what it printed. */
  async inside(container: string, ...argv: string[]): Promise<string> {
    const { exitCode, lines } = await this.#run(container, argv);
    assert.equal(exitCode, 0, [...lines, ...(await this.log(container))].join('\n'));
    return lines.join('\n');
  }

  /** Runs a command inside and expects that it fails; gives what it printed. */
  async refused(container: string, ...argv: string[]): Promise<string> {
    const { exitCode, lines } = await this.#run(container, argv);
    assert.notEqual(exitCode, 0, lines.join('\n'));
    return lines.join('\n');
  }

  /** Until a command inside works; a container that ends before it does is a failure, with its log. */
  async ready(container: string, ...argv: string[]): Promise<void> {
    const works = await retryUntil(
      async () => {
        if (!(await this.#state(container)).Running) return false;
        return (await this.#run(container, argv)).exitCode === 0 ? true : undefined;
      },
      { firstPause: 50, maxPause: 500, timeout: 120_000 },
    );
    assert.ok(works, (await this.log(container)).join('\n'));
  }

  /** As Docker stops it, with ten seconds of time; gives the exit code, 137 for one that had to be killed. */
  async stop(container: string): Promise<number> {
    await stopContainer(this.#trial.docker, container, 10);
    return (await this.#state(container)).ExitCode;
  }

  /** The exit code of a container that ends by itself. */
  async end(container: string): Promise<number> {
    const state = await retryUntil(
      async () => {
        const now = await this.#state(container);
        return now.Running ? undefined : now;
      },
      { firstPause: 50, maxPause: 500, timeout: 60_000 },
    );
    assert.ok(state, 'it does not end');
    return state.ExitCode;
  }

  async log(container: string): Promise<string[]> {
    const lines: string[] = [];
    await readLog(this.#trial.docker, container, { tail: 40, onLine: (line) => lines.push(line.text) });
    return lines;
  }

  get #volume(): string {
    return `${this.#trial.prefix}-data`;
  }

  #run(container: string, argv: readonly string[]) {
    return runInside(this.#trial.docker, container, { argv, signal: AbortSignal.timeout(120_000) });
  }

  async #state(container: string) {
    return (await inspectContainer(this.#trial.docker, container)).State;
  }
}
