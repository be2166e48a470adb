import { own } from '../base/own.ts';
import type { AppJson } from './app-json.ts';
import { startupCheck } from './app-json.ts';
import type { BuildFacts } from './build-facts.ts';
import { type CheckModes, withModes } from './check-mode.ts';
import { failure } from './failures.ts';
import type {
  Config,
  Formation,
  ProcessEntry,
  Processes,
  ProcessSize,
  Release,
  ReleaseImage,
} from './release.ts';
import { releaseEntry } from './release.ts';

/** How many processes of a type were asked for by ps:scale, and how large; kept beside the app. */
export type Wishes = Readonly<Record<string, Partial<ProcessSize>>>;

/** Stands in wishes for all types that have none of their own. */
export const everyType = '_default_';

/** Global config, and the app's own over it. */
export interface LayeredConfig {
  readonly global: Config;
  readonly own: Config;
}

export interface ReleasePlan {
  readonly image: ReleaseImage;
  readonly build: BuildFacts;
  /** Null: the image has no Procfile, its own command is `web`. */
  readonly procfile: Readonly<Record<string, string>> | null;
  readonly appJson: AppJson;
  readonly config: LayeredConfig;
  readonly wishes: Wishes;
  readonly domains: readonly string[];
  readonly revision: string | null;
  readonly description: string;
  readonly settings: ProcessSettings;
}

/** What is set for all processes of an app. */
export type ProcessSettings = Pick<Release, 'stopTimeout' | 'restartPolicy' | 'revisionVariable'> & {
  /** What `web` runs without a Procfile; null: the command of the image. */
  readonly startCommand: string | null;
  readonly checkModes: CheckModes;
};

export type ReleaseDraft = Omit<Release, 'app' | 'number'>;

/** Decides all of a release that comes from a new image. */
export function planRelease(plan: ReleasePlan): ReleaseDraft {
  const { stopTimeout, restartPolicy, revisionVariable, startCommand, checkModes } = plan.settings;
  const types = planProcessTypes(plan.procfile ?? { web: startCommand }, plan.appJson);
  const processes = withModes(types, checkModes);
  return {
    image: plan.image,
    config: { ...plan.config.global, ...plan.config.own },
    processes,
    formation: planFormation(processes, plan.wishes, plan.appJson),
    domains: plan.domains,
    revision: plan.revision,
    stopTimeout,
    restartPolicy,
    revisionVariable,
    description: plan.description,
    build: plan.build,
  };
}

/** What differs in a release that is made from one before it, without a build. */
export type ReleaseChange = Partial<
  Pick<
    Release,
    'config' | 'processes' | 'formation' | 'domains' | 'stopTimeout' | 'restartPolicy' | 'revisionVariable'
  >
> &
  Pick<Release, 'description'>;

/** A new release with the image and the processes of another. */
export function changeRelease(base: Release, change: ReleaseChange): ReleaseDraft {
  const { app: _app, number: _number, ...draft } = base;
  return { ...draft, ...change };
}

/** A formation with some counts or sizes changed. Throws E_INPUT for a type that it does not have. */
export function changeFormation(base: Formation, wishes: Wishes): Formation {
  const unknown = Object.keys(wishes).filter((type) => type !== everyType && !Object.hasOwn(base, type));
  if (unknown.length > 0) {
    const known = Object.keys(base).join(', ');
    throw failure('E_INPUT', `The app has no process type ${unknown.join(', ')}; it has: ${known}`, {
      hint: 'process types come from the Procfile',
    });
  }
  return applyWishes(base, wishes);
}

/** The same, but for types that it does not have nothing is asked: they may come with the next image. */
export function applyWishes(base: Formation, wishes: Wishes): Formation {
  return mapValues(base, (size, type) => ({ ...size, ...wishFor(wishes, type) }));
}

/** What is wished for a type, or else for every type. */
function wishFor(wishes: Wishes, type: string): Partial<ProcessSize> {
  return { ...own(wishes, everyType), ...own(wishes, type) };
}

/** The same formation without limits of these types; what is wished for still holds. */
export function withoutLimits(base: Formation, types: ReadonlySet<string>, wishes: Wishes): Formation {
  const free = mapValues(base, (size, type) =>
    types.has(type) || types.has(everyType) ? { ...size, memory: null, cpus: null } : size,
  );
  return applyWishes(free, wishes);
}

/** Whether two configs have the same keys with the same values. */
export function sameConfig(a: Config, b: Config): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => {
      const [left, right] = [own(a, key), own(b, key)];
      return left !== undefined && right !== undefined && left.equals(right);
    })
  );
}

function planProcessTypes(lines: Readonly<Record<string, string | null>>, appJson: AppJson): Processes {
  return mapValues(
    lines,
    (command, type): ProcessEntry => ({
      command,
      check: startupCheck(type, appJson),
      checks: 'enabled',
    }),
  );
}

function planFormation(processes: Processes, wishes: Wishes, appJson: AppJson): Formation {
  const types = Object.keys(processes).filter((type) => type !== releaseEntry);
  return Object.fromEntries(types.map((type) => [type, planSize(type, wishFor(wishes, type), appJson)]));
}

/** What was asked for wins over what app.json declares; that wins over one `web` and none of the others. */
function planSize(type: string, wish: Partial<ProcessSize>, appJson: AppJson): ProcessSize {
  const { quantity, memory, cpus } = own(appJson.formation, type) ?? undeclared;
  const declared = { count: quantity, memory, cpus };
  return { ...usual(type), ...given(declared), ...given(wish) };
}

const undeclared = { quantity: null, memory: null, cpus: null };

function usual(type: string): ProcessSize {
  return { count: type === 'web' ? 1 : 0, memory: null, cpus: null };
}

function given(size: { readonly [K in keyof ProcessSize]?: ProcessSize[K] | null }): Partial<ProcessSize> {
  return Object.fromEntries(
    Object.entries(size).filter(([, value]) => value !== null && value !== undefined),
  );
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
