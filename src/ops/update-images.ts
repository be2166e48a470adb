import { Failure } from '../base/failure.ts';
import type { AppToRebuild } from '../contract/groups/images.ts';
import type { BaseFact } from '../model/build-facts.ts';
import { failure } from '../model/failures.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { appsByBase } from './image-uses.ts';
import { rebuildApp } from './rebuild-app.ts';
import { runJob } from './run-job.ts';
import { visibleApps } from './visible-apps.ts';

/** Then tells which apps run on an image that its name means no more; with `rebuild` they are built again, one by one. */
export const updateImages: Handler<'images:update'> = async (deps, call, { names, rebuild }) => {
  if (rebuild && deps.startup.problem) throw deps.startup.problem;
  const wanted = names.length > 0 ? await thatAreHere(deps, names) : await allHere(deps, call);
  const images = await deps.images.update(wanted, call);
  const ids = names.length > 0 ? new Set(images.map(({ id }) => id)) : null;
  const { outdated, unknown } = await looked(deps, call, ids);
  const apps: AppToRebuild[] = [];
  for (const app of outdated) apps.push(rebuild ? await rebuilt(deps, call, app) : app);
  return { images: [...images], apps, unknown };
};

/** Throws E_NOT_FOUND before anything is done. */
async function thatAreHere(deps: Deps, names: readonly string[]): Promise<readonly string[]> {
  for (const name of names)
    if (!(await deps.images.find(name)))
      throw failure('E_NOT_FOUND', `${name} is not on this machine`, {
        hint: 'slipway images:list shows what is here; a build fetches what is missing',
      });
  return names;
}

/** Those that there is a recipe for, and what apps run on. */
async function allHere(deps: Deps, call: Call): Promise<readonly string[]> {
  const recipes = (await deps.images.list()).filter(({ present }) => present).map(({ name }) => name);
  return [...new Set([...recipes, ...appsByBase(deps, call).keys()])];
}

interface Looked {
  readonly outdated: readonly AppToRebuild[];
  /** Apps of which it was not kept yet what they were built from. */
  readonly unknown: readonly string[];
}

/** Compares what each app was built from with what the names mean now; `ids`: only these images count. */
async function looked(deps: Deps, call: Call, ids: ReadonlySet<string> | null): Promise<Looked> {
  const outdated: AppToRebuild[] = [];
  const unknown: string[] = [];
  for (const app of visibleApps(deps, call)) {
    const release = currentReleaseOf(deps, app);
    if (!release) continue;
    if (!release.build) unknown.push(app.name);
    const bases = await renewed(deps, release.build?.bases ?? [], ids);
    if (bases.length > 0) outdated.push({ app: app.name, bases, rebuilt: null, reason: null });
  }
  return { outdated, unknown };
}

/** The names that mean other images now than they did. */
async function renewed(
  deps: Deps,
  bases: readonly BaseFact[],
  ids: ReadonlySet<string> | null,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, id } of bases) {
    const now = await deps.images.find(name);
    if (now && now.id !== id && (ids === null || ids.has(now.id))) found.push(name);
  }
  return found;
}

/** Builds it again as a job of its own. One that is stopped stays so: a build would start it. */
async function rebuilt(deps: Deps, call: Call, outdated: AppToRebuild): Promise<AppToRebuild> {
  const { app } = outdated;
  if (deps.store.apps.find(app)?.stopped) return { ...outdated, reason: 'it is stopped' };
  call.out.step(`Rebuilding ${app}`);
  try {
    await inLane(deps, call, app);
    return { ...outdated, rebuilt: true };
  } catch (error) {
    if (!(error instanceof Failure) || call.signal.aborted) throw error;
    call.out.warning(`${app}: ${error.code}: ${error.message}`);
    return { ...outdated, rebuilt: false, reason: `${error.code}: ${error.message}` };
  }
}

async function inLane(deps: Deps, call: Call, name: string): Promise<void> {
  const { actor, out, signal } = call;
  const turn = 'caller' as const;
  const job = { apps: [name], operation: 'ps:rebuild', actor: actor.name, turn, out, signal } as const;
  await runJob(deps, job, async (turn) => {
    const app = deps.store.apps.find(name);
    if (!app) throw failure('E_APP_MISSING', `App ${name} does not exist`);
    await rebuildApp(deps, { ...call, app, signal: turn.signal }, { app: name });
  });
}
