import { isFailure } from '../model/failures.ts';
import type { Out } from '../model/line.ts';
import type { Call, Deps } from './deps.ts';
import { sourceDeployOf } from './source-deploys.ts';
import { keptImagesOf, keptOutputsOf } from './still-needed.ts';

/** How many of each went. */
interface Removed {
  readonly images: number;
  /** Images and layers without a name. */
  readonly untagged: number;
  readonly sources: number;
  readonly outputs: number;
}

/**
 * Removes what deploys left and nothing needs: images, sources, outputs; of one app, or of all. What is there is asked for
 * first, and what is needed after it: a deploy that begins meanwhile is not in the first, one that ends is in the second.
 */
export async function removeUnneeded(deps: Deps, call: Pick<Call, 'app' | 'out'>): Promise<Removed> {
  const isMeant = meantDeploys(deps, call);
  const [tags, sources, outputs] = await Promise.all([
    deps.images.appTags(),
    deps.sources.list(),
    deps.deployOutputs.list(),
  ]);
  const needed = neededOf(deps);
  const mayGo = (deploy: number | undefined) =>
    deploy !== undefined && isMeant(deploy) && !needed.unfinished.has(deploy);
  const oldTags = tags.filter((tag) => !needed.tags.has(tag) && mayGo(deps.names.deployOfImage(tag)));
  const oldSources = sources.filter((id) => !needed.sources.has(id) && mayGo(id));
  const oldOutputs = outputs.filter((id) => !needed.outputs.has(id) && mayGo(id));
  let images = 0;
  for (const tag of oldTags) if (await untag(deps, call.out, tag)) images += 1;
  for (const id of oldSources) await deps.sources.remove(id);
  for (const id of oldOutputs) await deps.deployOutputs.remove(id);
  const untagged = call.app === null ? await deps.images.removeUntagged() : 0;
  return { images, untagged, sources: oldSources.length, outputs: oldOutputs.length };
}

/** Those of the app that is named; without one all, also of apps that are gone. */
function meantDeploys(deps: Deps, { app }: Pick<Call, 'app'>): (deploy: number) => boolean {
  if (app === null) return () => true;
  const own = new Set(deps.store.deploys.list(app).map(({ id }) => id));
  return (deploy) => own.has(deploy);
}

function neededOf(deps: Deps) {
  const apps = deps.store.apps.all().map((app) => ({ app, records: deps.store.releases.list(app) }));
  return {
    tags: new Set(apps.flatMap(({ app, records }) => [...keptImagesOf(deps, app, records)])),
    sources: new Set(apps.flatMap(({ app }) => sourceDeployOf(deps, app)?.id ?? [])),
    outputs: new Set(apps.flatMap(({ app, records }) => keptOutputsOf(deps, app, records))),
    unfinished: new Set(deps.store.deploys.unfinished().map(({ id }) => id)),
  };
}

/** False for one that a process still uses, which is just being taken away. */
async function untag(deps: Deps, out: Out, tag: string): Promise<boolean> {
  try {
    await deps.images.untag(tag);
    return true;
  } catch (error) {
    if (!isFailure(error, 'E_BUSY')) throw error;
    out.warning(error.message);
    return false;
  }
}
