import type { Secret } from '../base/secret.ts';
import type { Check } from './check.ts';
import type { RestartPolicy } from './restart-policy.ts';

/** One container to run, as the engine takes it. */
export interface ProcessSpec {
  readonly app: string;
  readonly release: number;
  readonly type: string;
  /** 1, 2, ...: shown as web.1. */
  readonly index: number;
  /** The deploy that starts it: tells two containers of the same web.1 apart. */
  readonly deploy: number;
  /** Image id. */
  readonly image: string;
  /** Arguments in place of the image's CMD (its ENTRYPOINT stays), or null: the image's own. */
  readonly command: readonly string[] | null;
  readonly env: Readonly<Record<string, Secret | string>>;
  /** Where it is expected to listen, for types that take requests. */
  readonly port: number | null;
  readonly memory: number | null;
  readonly cpus: number | null;
  readonly stopTimeout: number;
  readonly restartPolicy: RestartPolicy;
  readonly check: Check;
  /** Equal for equal image, command, environment and limits: such a process need not be replaced. */
  readonly fingerprint: string;
}

/** A process that the engine started, found again by its labels. */
export interface RunningProcess {
  /** The engine's own id of it. */
  readonly id: string;
  readonly app: string;
  readonly release: number;
  readonly type: string;
  readonly index: number;
  readonly deploy: number;
  readonly fingerprint: string;
  /** IP address in the app's network; kept over restarts of the process. */
  readonly address: string;
  readonly port: number | null;
  readonly state: 'running' | 'restarting' | 'exited';
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly exitCode: number | null;
}

/** `web.1` */
export function processName(process: { readonly type: string; readonly index: number }): string {
  return `${process.type}.${process.index}`;
}
