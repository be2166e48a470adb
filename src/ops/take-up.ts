import type { App } from '../model/app.ts';
import type { Deploy } from '../model/deploy.ts';
import type { Deps } from './deps.ts';
import { removeParts } from './destroy-app.ts';
import { ownJob, runJob } from './run-job.ts';
import { noteUnfinished, type Unfinished, unfinishedOf } from './unfinished.ts';

/**
 * At the start of slipwayd: a rename that was cut off is taken back, or what is left of the old name goes; a removal goes
 * on in the app's lane.
 */
export function takeUpUnfinished(deps: Deps, cutOff: readonly Deploy[]): void {
  for (const app of deps.store.apps.all()) {
    const unfinished = unfinishedOf(deps, app);
    if (unfinished?.kind === 'rename') takeUpRename(deps, app, unfinished);
    if (unfinished?.kind === 'removal') takeUpRemoval(deps, app, cutOff);
  }
}

function takeUpRemoval(deps: Deps, app: App, cutOff: readonly Deploy[]): void {
  deps.later(`remove ${app.name}`, () =>
    runJob(deps, ownJob(app.name, 'recover', 'background'), async () => {
      await untagCutOff(deps, app, cutOff);
      await removeParts(deps, app);
    }),
  );
}

/** Lets go of the images that cut-off deploys of an app may have left: they would have become a release by succeeding. */
export async function untagCutOff(deps: Deps, app: App, cutOff: readonly Deploy[]): Promise<void> {
  for (const deploy of cutOff)
    if (deploy.app === app.name) await deps.images.untag(deps.names.image(app.name, deploy.id));
}

/** The repository was moved last before the name was stored. */
function takeUpRename(deps: Deps, app: App, unfinished: Unfinished & { kind: 'rename' }): void {
  const { from, to } = unfinished;
  if (app.name === from) deps.doors.moveRepository(to, from);
  const other = app.name === from ? to : from;
  const forget = noteUnfinished(deps, app, unfinished);
  deps.later(`remove what is left of ${other}`, () =>
    runJob(deps, ownJob(other, 'recover', 'background'), async () => {
      if (!deps.store.apps.find(other)) await deps.engine.removeApp(other);
      forget();
    }),
  );
}
