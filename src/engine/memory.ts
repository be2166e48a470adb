import { setImmediate as tick } from 'node:timers/promises';
import { randomId } from '../base/ids.ts';
import { wait } from '../base/retry.ts';
import { reveal, Secret } from '../base/secret.ts';
import type { EngineFacts } from '../model/diagnosis/facts.ts';
import { momentOf } from '../model/log-filter.ts';
import { type ProcessSpec, processName, type RunningProcess } from '../model/process.ts';
import type { Config } from '../model/release.ts';
import type { Engine, KeepLog, LogQuery, LogReader, ProcessLine, TaskSpec } from './engine.ts';
import { tryOnce } from './try-once.ts';
import { type Candidate, waitHealthy, type WaitOptions } from './wait-healthy.ts';

/** What a pretended process does. */
export interface Behaviour {
  /** Answers its check; true unless told otherwise. */
  readonly healthy?: boolean;
  /** Ends with this code; a process runs on without it, a task ends with 0. */
  readonly exit?: number;
  /** What it prints when it starts. */
  readonly output?: readonly string[];
  /** Milliseconds until it is healthy, or ends; at once without it. */
  readonly delay?: number;
}

export interface MemoryEngineOptions {
  readonly behave?: (spec: ProcessSpec | TaskSpec) => Behaviour;
}

interface Entry {
  process: RunningProcess;
  readonly behaviour: Behaviour;
  readonly config: Config;
  readonly lines: ProcessLine[];
  /** Resolves with the exit code, or null for one that was removed. */
  readonly ended: PromiseWithResolvers<number | null>;
  readonly timer: NodeJS.Timeout | undefined;
}

/** An engine without anything behind it, for tests of what uses an Engine: every process is a row in a Map. */
export class MemoryEngine implements Engine {
  readonly #behave: (spec: ProcessSpec | TaskSpec) => Behaviour;
  readonly #entries = new Map<string, Entry>();
  readonly #followers = new Set<{ readonly query: LogQuery; readonly reader: LogReader }>();
  #addresses = 0;

  constructor(options: MemoryEngineOptions = {}) {
    this.#behave = options.behave ?? (() => ({}));
  }

  async start(specs: readonly ProcessSpec[], signal: AbortSignal): Promise<readonly RunningProcess[]> {
    signal.throwIfAborted();
    const started = specs.map((spec) => this.#startOne(spec));
    await tick();
    if (signal.aborted) {
      await this.remove(started);
      throw signal.reason;
    }
    return started;
  }

  waitHealthy(process: RunningProcess, spec: ProcessSpec, options: WaitOptions): Promise<void> {
    const entry = this.#entries.get(process.id);
    if (!entry) throw new Error(`process ${process.id} was never started, or is removed`);
    return waitHealthy(candidateOf(entry), spec, options);
  }

  async probe(process: RunningProcess, spec: ProcessSpec, signal: AbortSignal): Promise<string | null> {
    const entry = this.#entries.get(process.id);
    return entry ? tryOnce(candidateOf(entry), spec.check, signal) : 'it is gone';
  }

  async list(app?: string): Promise<readonly RunningProcess[]> {
    const all = [...this.#entries.values()].map(({ process }) => process);
    return app === undefined ? all : all.filter((process) => process.app === app);
  }

  async inspect(app: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.list(app)).map((process) => ({ ...process }));
  }

  async configOf({ id }: RunningProcess): Promise<Config> {
    return this.#entries.get(id)?.config ?? {};
  }

  async remove(processes: readonly RunningProcess[], _stopTimeout = 0, keep?: KeepLog): Promise<void> {
    for (const process of processes) {
      const entry = this.#entries.get(process.id);
      clearTimeout(entry?.timer);
      if (entry && keep) await keep(process, (onLines) => onLines(entry.lines));
      entry?.ended.resolve(null);
      this.#entries.delete(process.id);
    }
  }

  async runTask(task: TaskSpec, { out, signal }: WaitOptions): Promise<{ readonly exitCode: number }> {
    signal.throwIfAborted();
    const { output = [], exit = 0, delay = 0 } = this.#behave(task);
    for (const line of output) out.detail(line);
    await wait(delay, signal);
    return { exitCode: exit };
  }

  async logs(query: LogQuery, reader: LogReader, signal: AbortSignal): Promise<void> {
    const past = [...this.#entries.values()].flatMap(({ process, lines }) =>
      lines.filter((line) => asked(query, process) && wanted(query, line)),
    );
    reader.past(query.lines > 0 ? past.slice(-query.lines) : []);
    if (!query.follow || signal.aborted) return;
    const follower = { query, reader };
    this.#followers.add(follower);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    this.#followers.delete(follower);
  }

  async removeApp(app: string): Promise<void> {
    await this.remove(await this.list(app));
  }

  async removeTasks(): Promise<void> {
    // A task here ends with the program that runs it.
  }

  async describe(): Promise<{ readonly name: string; readonly version: string }> {
    return { name: 'memory', version: '1' };
  }

  async facts(): Promise<EngineFacts> {
    const all = [...this.#entries.values()].map(({ process }) => process);
    const apps = [...new Set(all.map(({ app }) => app))];
    const nameOf = (one: RunningProcess) => `${one.app}.${processName(one)}.d${one.deploy}`;
    return {
      ...(await this.describe()),
      api: '1',
      storageDriver: 'memory',
      dataRoot: null,
      bridge: true,
      buildLimitProblem: null,
      freeSubnets: 8192 - apps.length,
      networks: apps.map((app) => ({ name: app, app, ours: true })),
      containers: all.map((one) => ({ name: nameOf(one), app: one.app })),
      tags: [],
      restarts: new Map(),
      published: [],
    };
  }

  #startOne(spec: ProcessSpec): RunningProcess {
    const behaviour = this.#behave(spec);
    const { app, release, type, index, deploy, fingerprint, port } = spec;
    const known = { app, release, type, index, deploy, fingerprint, port };
    const now = { state: 'running' as const, startedAt: Date.now(), exitCode: null };
    const process: RunningProcess = { id: randomId(), ...known, address: this.#nextAddress(), ...now };
    const { exit, delay = 0 } = behaviour;
    const timer =
      exit === undefined ? undefined : setTimeout(() => this.#end(process.id, exit), delay).unref();
    const config = configOf(spec);
    const entry: Entry = { process, behaviour, config, lines: [], ended: Promise.withResolvers(), timer };
    this.#entries.set(process.id, entry);
    for (const text of behaviour.output ?? []) this.#print(entry, text);
    return process;
  }

  #end(id: string, code: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.process = { ...entry.process, state: 'exited', exitCode: code };
    entry.ended.resolve(code);
  }

  #print(entry: Entry, text: string): void {
    const { process } = entry;
    const line = { time: momentOf(Date.now()), process: processName(process), text, id: process.id };
    entry.lines.push(line);
    for (const { query, reader } of this.#followers)
      if (asked(query, process) && wanted(query, line)) reader.next(line);
  }

  /** 127.1.0.1, 127.1.0.2, ...: never the same twice, and on any machine nobody listens there. */
  #nextAddress(): string {
    this.#addresses += 1;
    return `127.1.${Math.floor(this.#addresses / 250)}.${(this.#addresses % 250) + 1}`;
  }
}

function configOf({ env }: ProcessSpec): Config {
  const entries = Object.entries(env).filter(([name]) => name !== 'GIT_REV');
  return Object.fromEntries(entries.map(([name, value]) => [name, new Secret(reveal(value))]));
}

function candidateOf({ process, behaviour, lines, ended }: Entry): Candidate {
  const { healthy = true, exit, delay = 0 } = behaviour;
  const ready = process.startedAt + delay;
  return {
    process,
    attempt: async () => {
      const passed = healthy && exit === undefined && Date.now() >= ready;
      return passed
        ? { healthy: true }
        : {
            healthy: false,
            said: `no answer on ${process.address}: connection refused`,
            saw: 'nothing',
          };
    },
    exit: async (signal) => {
      const aborted = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      return { code: await Promise.race([ended.promise, aborted]), outOfMemory: null };
    },
    lastLines: async (count) => lines.map((line) => line.text).slice(-count),
    listeners: async () => null,
  };
}

function asked(query: LogQuery, process: RunningProcess): boolean {
  const { app, type, index } = query;
  return (
    process.app === app &&
    (type ?? process.type) === process.type &&
    (index ?? process.index) === process.index
  );
}

function wanted({ since = '', passes }: LogQuery, line: ProcessLine): boolean {
  return line.time >= since && (passes?.(line) ?? true);
}
