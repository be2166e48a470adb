import { z } from 'zod';
import { mapParallel } from '../../base/parallel.ts';
import { labels, type Names } from '../../model/names.ts';
import { processName, type ProcessSpec, type RunningProcess } from '../../model/process.ts';
import type { EngineFacts } from '../../model/diagnosis/facts.ts';
import type { Config } from '../../model/release.ts';
import { type Docker, ifThere } from '../../tools/docker.ts';
import {
  type ContainerSummary,
  deleteContainer,
  inspectWhole,
  inspectContainer,
  listContainers,
  stopContainer,
} from '../../tools/docker-containers.ts';
import { imageDetails } from '../../tools/docker-images.ts';
import type { Engine, KeepLog, LogQuery, LogReader, TaskSpec } from '../engine.ts';
import { tryOnce } from '../try-once.ts';
import { waitHealthy, type WaitOptions } from '../wait-healthy.ts';
import { wait } from '../../base/retry.ts';
import { appLogs, wholeLog } from './app-logs.ts';
import { withoutValues } from './without-values.ts';
import { ensureAppNetwork, removeAppNetwork } from './app-network.ts';
import { freeAddresses } from '../../tools/choose-address.ts';
import { configIn } from './container-spec.ts';
import { processOfRow } from './container-row.ts';
import { DockerCandidate } from './docker-candidate.ts';
import { inDocker } from './docker-failures.ts';
import type { LogFollower } from './log-follower.ts';
import { runTask } from './run-task.ts';
import { startProcesses } from './start-processes.ts';
import type { Subnet } from '../../tools/subnet.ts';
import { surveyDocker } from './survey.ts';

/** Containers that are stopped or removed at the same time. */
const atOnce = 32;

/** Milliseconds that a stopped container waits for those who follow its log. */
const readPatience = 5000;

/** Processes as containers of one Docker Engine, each app in a network of its own. */
export class DockerEngine implements Engine {
  readonly #docker: Docker;
  readonly #names: Names;
  readonly #pool: string;
  readonly #followers = new Set<LogFollower>();

  /** `subnets`: the address block that app networks are cut from, as in Settings. */
  constructor(docker: Docker, names: Names, { subnets }: { readonly subnets: string }) {
    this.#docker = docker;
    this.#names = names;
    this.#pool = subnets;
  }

  start(
    specs: readonly ProcessSpec[],
    signal: AbortSignal,
    joined: readonly string[] = [],
  ): Promise<readonly RunningProcess[]> {
    return inDocker(async () => {
      const app = specs[0]?.app;
      if (app === undefined) return [];
      if (specs.some((spec) => spec.app !== app))
        throw new Error('processes of different apps cannot be started together');
      signal.throwIfAborted();
      const [subnet, present] = await Promise.all([this.#network(app), this.#rows('process', app)]);
      const newest = present.toSorted((a, b) => b.Created - a.Created)[0];
      const taken = new Set(present.map(addressOf));
      const addresses = freeAddresses(subnet, taken, newest && addressOf(newest));
      return startProcesses(this.#docker, specs, { names: this.#names, addresses, joined, signal });
    });
  }

  waitHealthy(process: RunningProcess, spec: ProcessSpec, options: WaitOptions): Promise<void> {
    return inDocker(() => waitHealthy(new DockerCandidate(this.#docker, process, spec), spec, options));
  }

  probe(process: RunningProcess, spec: ProcessSpec, signal: AbortSignal): Promise<string | null> {
    const candidate = new DockerCandidate(this.#docker, process, spec);
    return inDocker(() => tryOnce(candidate, spec.check, signal));
  }

  list(app?: string): Promise<readonly RunningProcess[]> {
    return inDocker(async () => (await this.#rows('process', app)).map(processOfRow));
  }

  inspect(app: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return inDocker(async () => {
      const rows = await this.#rows('process', app);
      const found = await mapParallel(rows, atOnce, ({ Id }) => inspectWhole(this.#docker, Id));
      return found.filter((one) => one !== undefined).map(withoutValues);
    });
  }

  configOf({ id }: RunningProcess): Promise<Config> {
    return inDocker(async () => {
      const container = await ifThere(inspectContainer(this.#docker, id));
      if (!container) return {};
      const image = await imageDetails(this.#docker, container.Image);
      return configIn(container.Config.Env ?? [], image?.Config?.Env ?? []);
    });
  }

  async remove(processes: readonly RunningProcess[], stopTimeout: number, keep?: KeepLog): Promise<void> {
    await inDocker(() =>
      mapParallel(processes, atOnce, async (process) => {
        if (stopTimeout > 0 || keep) await this.#stop(process.id, stopTimeout);
        if (keep) await keep(process, wholeLog(this.#docker, { ...process, process: processName(process) }));
        await deleteContainer(this.#docker, process.id);
      }),
    );
  }

  runTask(task: TaskSpec, options: WaitOptions): Promise<{ readonly exitCode: number }> {
    return inDocker(async () => {
      await this.#network(task.app);
      return { exitCode: await runTask(this.#docker, task, { ...options, names: this.#names }) };
    });
  }

  async logs(query: LogQuery, reader: LogReader, signal: AbortSignal): Promise<void> {
    const { app, type, index } = query;
    const filter = this.#filter({
      role: 'process',
      app,
      type,
      index: index === undefined ? undefined : String(index),
    });
    try {
      const request = { query, filter, signal, followers: this.#followers };
      await inDocker(() => appLogs(this.#docker, request, reader));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async removeApp(app: string): Promise<void> {
    await inDocker(async () => {
      const rows = [...(await this.#rows('process', app)), ...(await this.#rows('task', app))];
      await mapParallel(rows, atOnce, (row) => deleteContainer(this.#docker, row.Id));
      await removeAppNetwork(this.#docker, app, this.#names);
    });
  }

  async removeTasks(): Promise<void> {
    await inDocker(async () =>
      mapParallel(await this.#rows('task'), atOnce, (row) => deleteContainer(this.#docker, row.Id)),
    );
  }

  describe(): Promise<{ readonly name: string; readonly version: string }> {
    const answer = z.object({ Version: z.string() });
    return inDocker(async () => ({
      name: 'docker',
      version: answer.parse(await this.#docker.json('GET', '/version')).Version,
    }));
  }

  facts(): Promise<EngineFacts> {
    return inDocker(() => surveyDocker(this.#docker, { names: this.#names, pool: this.#pool }));
  }

  /** Whoever follows its log has got the last lines when it returns. */
  async #stop(id: string, seconds: number): Promise<void> {
    await stopContainer(this.#docker, id, seconds);
    if (this.#followers.size === 0) return;
    const all = Promise.all([...this.#followers].map((follower) => follower.caughtUp(id)));
    const late = new AbortController();
    await Promise.race([all, wait(readPatience, late.signal)]);
    late.abort();
  }

  #network(app: string): Promise<Subnet> {
    return ensureAppNetwork(this.#docker, app, { names: this.#names, pool: this.#pool });
  }

  #rows(role: 'process' | 'task', app?: string): Promise<ContainerSummary[]> {
    return listContainers(this.#docker, this.#filter({ role, app }));
  }

  /** Always with the instance: nothing of another one is ever seen, and so never removed. */
  #filter(of: Readonly<Partial<Record<keyof typeof labels, string | undefined>>>): string[] {
    const wanted = Object.entries({ ...of, instance: this.#names.instance });
    return wanted.flatMap(([key, value]) =>
      value === undefined ? [] : [`${labels[key as keyof typeof labels]}=${value}`],
    );
  }
}

function addressOf(row: ContainerSummary): string {
  return row.Labels[labels.address] ?? '';
}
