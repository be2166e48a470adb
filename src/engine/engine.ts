import type { EngineFacts } from '../model/diagnosis/facts.ts';
import type { Out } from '../model/line.ts';
import type { LogLine } from '../model/log-line.ts';
import type { ProcessSpec, RunningProcess } from '../model/process.ts';
import type { Config } from '../model/release.ts';

/**
 * What runs processes, at the level of releases. Drivers: docker, memory. Every driver passes engine.contract.ts.
 * An engine touches only objects that carry its own instance's label.
 */
export interface Engine {
  /**
   * Starts processes of one app beside whatever runs; gives them as soon as they are started, in the order of the specs.
   * On failure none of them is left. `joined`: names of the networks that they join besides that of their app.
   */
  start(
    specs: readonly ProcessSpec[],
    signal: AbortSignal,
    joined?: readonly string[],
  ): Promise<readonly RunningProcess[]>;

  /**
   * Returns when the process passed the check of its spec. Else throws the cause that was found (diagnose.ts), or
   * E_PROCESS_EXITED as soon as it ended, or E_NOT_HEALTHY when its time was over (with what the last try said), each
   * with its last lines as detail. A check that only warns writes a warning where a process runs and is not healthy.
   */
  waitHealthy(
    process: RunningProcess,
    spec: ProcessSpec,
    options: { out: Out; signal: AbortSignal },
  ): Promise<void>;

  /** One try of the check of a process now: what is wrong, as the end of a sentence, or null where it is healthy. */
  probe(process: RunningProcess, spec: ProcessSpec, signal: AbortSignal): Promise<string | null>;

  /** All processes of an app, or of every app, that exist now, running or not; tasks are not among them. */
  list(app?: string): Promise<readonly RunningProcess[]>;

  /** All that the engine tells of the processes of an app, in its own words, without the values of their environment. */
  inspect(app: string): Promise<readonly Readonly<Record<string, unknown>>[]>;

  /**
   * The config that a process was started with: its environment without what its image and the engine put there, as far
   * as these say another thing. Empty for one that is gone.
   */
  configOf(process: RunningProcess): Promise<Config>;

  /**
   * SIGTERM, up to `stopTimeout` seconds, then SIGKILL; then removes them. One that is gone already is fine. With `keep`
   * each is handed over after it has ended and before it goes, with it its log; one that cannot be kept is not removed.
   */
  remove(processes: readonly RunningProcess[], stopTimeout: number, keep?: KeepLog): Promise<void>;

  /** Runs one command in a container of its own until it ends, its output streamed; removes it. Aborting kills it. */
  runTask(task: TaskSpec, options: { out: Out; signal: AbortSignal }): Promise<{ readonly exitCode: number }>;

  /**
   * Log lines of the processes that exist: the last ones by time, then, when asked for, each new one until aborted, also
   * of processes that are started later. Each line once, up to the last one of a process that is removed meanwhile.
   */
  logs(query: LogQuery, reader: LogReader, signal: AbortSignal): Promise<void>;

  /** Removes all that the app has in the engine: processes, tasks, network. Images are the builder's. */
  removeApp(app: string): Promise<void>;

  /** Removes tasks that a killed slipwayd left behind. Only for its start, when none of its own can be running. */
  removeTasks(): Promise<void>;

  /** Throws E_DOCKER_DOWN when the engine does not answer; else what it is, for reports. */
  describe(): Promise<{ readonly name: string; readonly version: string }>;

  /** All that a diagnosis wants to know; changes nothing. Throws E_DOCKER_DOWN. */
  facts(): Promise<EngineFacts>;
}

export interface TaskSpec {
  readonly app: string;
  readonly deploy: number;
  /** `release`, `predeploy`: shown in names and logs. */
  readonly purpose: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env: ProcessSpec['env'] | Config;
  /** Names of the networks that it joins besides that of its app. */
  readonly joined: readonly string[];
}

export interface LogQuery {
  readonly app: string;
  /** Only this process type, and only this one of it. */
  readonly type?: string | undefined;
  readonly index?: number | undefined;
  /** Only lines at or after this time. */
  readonly since?: string | undefined;
  /** Only lines for which this is true. */
  readonly passes?: (line: LogLine) => boolean;
  /** The last so many lines over all processes. */
  readonly lines: number;
  readonly follow: boolean;
}

export interface LogReader {
  /** Called once, before all else. */
  past(lines: readonly ProcessLine[]): void;
  next(line: ProcessLine): void;
}

/** A line of a process, and the engine's own id of that process. */
export interface ProcessLine extends LogLine {
  readonly id: string;
}

/** Puts the log of an ended process somewhere; `read` gives all of it, in order, some lines at a time. */
export type KeepLog = (process: RunningProcess, read: ReadLog) => Promise<void>;
export type ReadLog = (onLines: (lines: readonly LogLine[]) => Promise<void>) => Promise<void>;
