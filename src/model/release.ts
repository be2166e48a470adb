import { own } from '../base/own.ts';
import type { Secret } from '../base/secret.ts';
import type { BuildFacts } from './build-facts.ts';
import type { CheckMode } from './check-mode.ts';
import type { Check } from './check.ts';
import type { RestartPolicy } from './restart-policy.ts';

/** Everything that a running app is made of, numbered per app, never changed once recorded. */
export interface Release {
  readonly app: string;
  /** 1, 2, ...: shown as v1, v2. */
  readonly number: number;
  readonly image: ReleaseImage;
  readonly config: Config;
  readonly processes: Processes;
  readonly formation: Formation;
  readonly domains: readonly string[];
  /** Commit, or null where the source has none. */
  readonly revision: string | null;
  /** Seconds a process has to end by itself after SIGTERM. */
  readonly stopTimeout: number;
  readonly restartPolicy: RestartPolicy;
  /** The variable that tells processes the commit. */
  readonly revisionVariable: string;
  /** What made it: `Deploy 1a2b3c4`, `Set GREETING`, `Roll back to v3`. */
  readonly description: string;
  /** What the image was made of; null where that was not kept yet when it was made. */
  readonly build: BuildFacts | null;
}

export interface ReleaseImage {
  /** `sha256:...` of the image's configuration: what is run. */
  readonly id: string;
  /** The tag of ours that keeps the image from being removed. */
  readonly reference: string;
  /** Digest in the registry it was pulled from, or null. */
  readonly digest: string | null;
  /** TCP ports that the image says it exposes, lowest first. */
  readonly ports: readonly number[];
}

export type Config = Readonly<Record<string, Secret>>;

/** What of a release's config is the app's own: all that the global config does not say the same way. */
export function ownPart(config: Config, global: Config): Config {
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => !own(global, key)?.equals(value)),
  );
}

/** Process type -> what runs. */
export type Processes = Readonly<Record<string, ProcessEntry>>;

export interface ProcessEntry {
  /** The line of the Procfile, or null: the image's own command. */
  readonly command: string | null;
  readonly check: Check;
  readonly checks: CheckMode;
}

/** Process type -> how many, how large. */
export type Formation = Readonly<Record<string, ProcessSize>>;

export interface ProcessSize {
  readonly count: number;
  /** Bytes, or null: no limit. */
  readonly memory: number | null;
  /** Cores, such as 0.5, or null: no limit. */
  readonly cpus: number | null;
}

/** The entry of the Procfile that is run once per deploy, in the new image, before the switch. */
export const releaseEntry = 'release';

export type ReleaseState = 'pending' | 'passed' | 'failed';

/** A release with what the store knows around it. */
export interface ReleaseRecord {
  readonly release: Release;
  readonly state: ReleaseState;
  readonly createdAt: number;
  readonly createdBy: string;
  /** The deploy that made it. */
  readonly deploy: number;
}
