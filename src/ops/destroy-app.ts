import type { App } from '../model/app.ts';
import { appOf, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { drain, shortTimes } from './retire.ts';
import { noteUnfinished } from './unfinished.ts';

/** Seconds for requests under way: whoever destroys an app does not wait for its slowest user. */
const shortDrain = 2;

/** A failure leaves what is not gone yet, to be tried again; where slipwayd ends meanwhile, its next start goes on. */
export const destroyApp: Handler<'apps:destroy'> = async (deps, call) => {
  const app = appOf(call);
  call.out.step(`Destroying ${app.name}`);
  const forget = noteUnfinished(deps, app, { kind: 'removal' });
  try {
    await removeParts(deps, app);
  } catch (error) {
    forget();
    throw error;
  }
  return { app: app.name };
};

/** Route first, so that nobody is sent to what goes; the row last, so that it can be done again. */
export async function removeParts(deps: Deps, app: App): Promise<void> {
  const references = new Set(deps.store.releases.list(app).map((record) => record.release.image.reference));
  const deployIds = deps.store.deploys.list(app).map((deploy) => deploy.id);
  const processes = await deps.engine.list(app.name);
  await deps.routes.remove(app.name);
  await drain(deps, { app: app.name, processes, times: shortTimes(deps, app.name, shortDrain) });
  await deps.engine.removeApp(app.name);
  for (const reference of references) await deps.images.untag(reference);
  for (const id of deployIds) await deps.sources.remove(id);
  await deps.appLogs.remove(app.id);
  for (const id of deployIds) await deps.deployOutputs.remove(id);
  for (const id of endedJobs(deps, app)) await deps.jobOutputs.remove(id);
  await deps.doors.removeRepository(app.name);
  deps.store.transaction(() => {
    deps.store.jobs.forget(app.name);
    deps.store.apps.remove(app.id);
  });
}

/** Jobs know their app by its name: whoever gets that name next may not read what this one's printed. */
function endedJobs({ store }: Deps, { name }: App): readonly number[] {
  const jobs = store.jobs.list({ app: name });
  return jobs.filter(({ finishedAt }) => finishedAt !== null).map(({ id }) => id);
}
