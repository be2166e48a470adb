import { own } from '../base/own.ts';
import type { OutputOf } from '../contract/operations.ts';
import type { App } from '../model/app.ts';
import { type BuildLimit, buildType } from '../model/build-limits.ts';
import {
  applyWishes,
  changeFormation,
  changeRelease,
  everyType,
  type Wishes,
  withoutLimits,
} from '../model/plan-release.ts';
import type { Formation, Release } from '../model/release.ts';
import { formatBytes } from '../model/size.ts';
import { buildLimitsOf, buildSettings, globalBuildLimit, replaceWishes, wishesOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { deploy } from './deploy.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { settledFor } from './pending-settings.ts';

type Output = OutputOf<'resource:limit'>;

/** What is limited of an app's processes, and how that changes its release. */
interface Change {
  readonly description: string;
  /** All wishes from then on. */
  readonly wishes: Wishes;
  /** The formation of the next release, from the one that would be without the change. */
  readonly formation: (settled: Formation) => Formation;
}

const nothing = { release: null, replaced: null, urls: [], changed: false };

export const limitResources: Handler<'resource:limit'> = async (deps, call, input) => {
  const { memory, cpu, processType, skipDeploy } = input;
  if (memory === null && cpu === null) return { ...nothing, limits: limitsOf(deps, call.app) };
  const given = { ...(memory === null ? {} : { memory }), ...(cpu === null ? {} : { cpus: cpu }) };
  const type = processType ?? everyType;
  call.out.step(`Limiting ${type === everyType ? 'all processes' : type} to ${limitText(given)}`);
  if (type === buildType) return limitBuilds(deps, call, given);
  const asked = { [type]: given };
  const before = wishesOf(deps, appOf(call));
  const wishes = { ...before, [type]: { ...own(before, type), ...given } };
  const change = {
    description: `Limit ${type === everyType ? 'all processes' : type} to ${limitText(given)}`,
    wishes,
    formation: (settled: Formation) => applyWishes(changeFormation(settled, asked), wishes),
  };
  return limitProcesses(deps, call, { change, skip: skipDeploy });
};

export const clearLimits: Handler<'resource:limit-clear'> = async (deps, call, input) => {
  const { processType, skipDeploy } = input;
  if (processType === buildType) return limitBuilds(deps, call, null);
  const before = wishesOf(deps, appOf(call));
  const types = new Set([processType ?? everyType]);
  const wishes = Object.fromEntries(
    Object.entries(before).map(([type, wish]) => [
      type,
      processType === null || type === processType ? withoutSize(wish) : wish,
    ]),
  );
  const change = {
    description: `Clear limits of ${processType ?? 'all processes'}`,
    wishes,
    formation: (settled: Formation) => withoutLimits(settled, types, wishes),
  };
  return limitProcesses(deps, call, { change, skip: skipDeploy });
};

function withoutSize({ count }: Wishes[string]): Wishes[string] {
  return count === undefined ? {} : { count };
}

/** Null takes the limits away. */
function limitBuilds(deps: Deps, { app }: Call, limit: Partial<BuildLimit> | null): Output {
  const { properties } = deps.store;
  deps.store.transaction(() => {
    for (const what of ['memory', 'cpus'] as const) {
      const value = limit?.[what];
      const name = buildSettings[what].name;
      if (limit === null) properties.unset(app?.id ?? null, name);
      else if (typeof value === 'number') properties.set(app?.id ?? null, name, String(value));
    }
  });
  return { ...nothing, changed: true, limits: limitsOf(deps, app) };
}

async function limitProcesses(
  deps: Deps,
  call: Call,
  { change, skip }: { change: Change; skip: boolean },
): Promise<Output> {
  const app = appOf(call);
  const store = () => replaceWishes(deps, app, change.wishes);
  const current = currentReleaseOf(deps, app);
  const done = current && !skip ? await deployChange(deps, call, { change, current, store }) : undefined;
  if (!done) store();
  return {
    ...nothing,
    changed: done !== undefined || !current || skip,
    ...done,
    limits: limitsOf(deps, app),
  };
}

/** Undefined where what runs is so already. */
async function deployChange(
  deps: Deps,
  call: Call,
  { change, current, store }: { change: Change; current: Release; store: () => void },
): Promise<Omit<Output, 'limits'> | undefined> {
  const app = appOf(call);
  const settled = settledFor(deps, app, current);
  const formation = change.formation(settled.formation);
  if (JSON.stringify(formation) === JSON.stringify(current.formation) && !app.stopped) return undefined;
  const { description } = change;
  const draft = async () => changeRelease(current, { ...settled, formation, description });
  const order = { kind: 'scale', subject: description, draft, commit: store } as const;
  return { ...(await deploy(deps, call, order)), changed: true };
}

/** What runs, or will with the first deploy, then builds. */
export function limitsOf(deps: Deps, app: App | null): Output['limits'] {
  if (!app) return [{ type: buildType, ...globalBuildLimit(deps) }];
  const sizes: Wishes = currentReleaseOf(deps, app)?.formation ?? wishesOf(deps, app);
  const types = Object.entries(sizes).map(([type, { memory = null, cpus = null }]) => ({
    type,
    memory,
    cpus,
  }));
  return [...types, { type: buildType, ...buildLimitsOf(deps, app).own }];
}

function limitText({ memory, cpus }: Partial<BuildLimit>): string {
  const parts = [
    typeof memory === 'number' ? [formatBytes(memory)] : [],
    typeof cpus === 'number' ? [`${cpus} ${cpus === 1 ? 'core' : 'cores'}`] : [],
  ];
  return parts.flat().join(' and ');
}
