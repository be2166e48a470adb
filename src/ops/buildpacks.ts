import { z } from 'zod';
import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { properties } from './app-settings.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';

const stored = z.array(z.string()).readonly();

/** The buildpacks that are set for an app, in their order. */
export function buildpacksOf(deps: Deps, app: App): readonly string[] {
  return stored.parse(JSON.parse(deps.store.properties.get(app.id, properties.buildpacks) ?? '[]'));
}

export const listBuildpacks: Handler<'buildpacks:list'> = async (deps, call) =>
  buildpacksOf(deps, appOf(call));

export const addBuildpack: Handler<'buildpacks:add'> = (deps, call, { buildpack, index }) =>
  change(deps, call, (before) => {
    if (before.includes(buildpack)) throw failure('E_EXISTS', `${appOf(call).name} has ${buildpack} already`);
    return before.toSpliced(index === null ? before.length : placeOf(before, index, 1), 0, buildpack);
  });

export const setBuildpack: Handler<'buildpacks:set'> = (deps, call, { buildpack, index }) =>
  change(deps, call, (before) => {
    const at = placeOf(before, index ?? 1, before.length === 0 ? 1 : 0);
    if (before.some((other, place) => other === buildpack && place !== at))
      throw failure('E_EXISTS', `${appOf(call).name} has ${buildpack} already`);
    return before.toSpliced(at, 1, buildpack);
  });

export const removeBuildpack: Handler<'buildpacks:remove'> = (deps, call, { buildpack, index }) =>
  change(deps, call, (before) => {
    const at = index === null ? before.indexOf(buildpack ?? '') : placeOf(before, index, 0);
    if (at < 0)
      throw failure('E_NOT_FOUND', `${appOf(call).name} does not have ${buildpack ?? ''}`, { hint: list });
    return before.toSpliced(at, 1);
  });

export const clearBuildpacks: Handler<'buildpacks:clear'> = (deps, call) => change(deps, call, () => []);

const list = 'slipway buildpacks:list APP';

/** `beyond`: how many places behind the last one may be named. */
function placeOf(all: readonly string[], index: number, beyond: number): number {
  if (index <= all.length + beyond) return index - 1;
  throw failure('E_NOT_FOUND', `There is no place ${index}: the app has ${all.length} buildpacks`, {
    hint: list,
  });
}

async function change(
  deps: Deps,
  call: Call,
  to: (before: readonly string[]) => readonly string[],
): Promise<{ buildpacks: readonly string[]; changed: boolean }> {
  const app = appOf(call);
  const before = buildpacksOf(deps, app);
  const after = to(before);
  deps.store.properties.set(app.id, properties.buildpacks, JSON.stringify(after));
  return { buildpacks: after, changed: before.join() !== after.join() };
}
