/** How a source becomes an image: pure data, decided by a language, printed by builder:plan. */
export interface BuildPlan {
  /** Row of languages.ts: `node`. */
  readonly language: string;
  /** `Next.js`, `Flask`; null: none that is known. */
  readonly framework: string | null;
  /** What decided, for people: `npm, as there is package-lock.json`. */
  readonly reasons: readonly string[];
  readonly versions: readonly VersionChoice[];
  /** In the order of the Dockerfile; the last one is what runs. */
  readonly stages: readonly Stage[];
  /** What `web` runs unless the Procfile says so: a line like one of the Procfile. Null: only a Procfile can tell. */
  readonly start: string | null;
  /** Lines that run instead of those of the Procfile: type -> line. */
  readonly processes: Readonly<Record<string, string>>;
  /** Patterns of `.dockerignore` besides the source's own: what is made anew, as `node_modules`. */
  readonly ignore: readonly string[];
  readonly warnings: readonly PlanWarning[];
}

export interface VersionChoice {
  /** `Node`, `Python`. */
  readonly name: string;
  readonly version: string;
  /** What was asked for, `>=20`; null: nothing was. */
  readonly wanted: string | null;
  /** The file that asked for it, or `the default`. */
  readonly from: string;
}

export interface PlanWarning {
  readonly text: string;
  readonly fix?: string;
}

/** One FROM of the Dockerfile. */
export interface Stage {
  readonly name: string;
  /** An image, or the name of a stage before it. */
  readonly from: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export type Step = CopyStep | RunStep | FileStep;

/** Files of the source, or of another stage where `from` names one (or an image). */
export interface CopyStep {
  readonly kind: 'copy';
  /** Paths; those of a stage are absolute. */
  readonly paths: readonly string[];
  readonly to: string;
  readonly from?: string;
  /** The app may write to them; else they belong to root. Only in the last stage. */
  readonly owned?: boolean;
}

export interface RunStep {
  readonly kind: 'run';
  /** What people read while it runs, in few words; without one it is the command. */
  readonly title?: string;
  /** A line of sh. */
  readonly command: string;
  readonly caches?: readonly CacheMount[];
  readonly binds?: readonly BindMount[];
  /** The config that it finds in its environment: `install` only what package managers log in with, `all` everything. */
  readonly config?: 'install' | 'all';
}

/** A small file that the plan itself brings. */
export interface FileStep {
  readonly kind: 'file';
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** A folder that is kept from build to build of the app, and is in no image. */
export interface CacheMount {
  readonly target: string;
  /** Only one build at a time may use it. */
  readonly locked?: boolean;
}

/** A folder of another stage, seen while the command runs; what is written to it is thrown away. */
export interface BindMount {
  readonly from: string;
  /** Absolute, the same in both. */
  readonly path: string;
}

/** Where the source is, in every stage. */
export const appFolder = '/app';

export function copy(paths: readonly string[], to: string, more: Partial<CopyStep> = {}): CopyStep {
  return { kind: 'copy', paths, to, ...more };
}

export function run(command: string, more: Partial<RunStep> = {}): RunStep {
  return { kind: 'run', command, ...more };
}

export function file(path: string, text: string): FileStep {
  return { kind: 'file', path, text };
}
