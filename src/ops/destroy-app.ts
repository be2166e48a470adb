import { drain } from './retire.ts';
import { appOf } from './deps.ts';
import type { Handler } from './handler.ts';

/** Seconds for requests under way: whoever destroys an app does not wait for its slowest user. */
const shortDrain = 2;

/** Route first, so that nobody is sent to what goes; the row last, so that a failure can be tried again. */
export const destroyApp: Handler<'apps:destroy'> = async (deps, call) => {
  const app = appOf(call);
  const references = new Set(deps.store.releases.list(app).map((record) => record.release.image.reference));
  const deployIds = deps.store.deploys.list(app, Number.MAX_SAFE_INTEGER).map((deploy) => deploy.id);
  call.out.step(`Destroying ${app.name}`);
  const processes = await deps.engine.list(app.name);
  await deps.routes.remove(app.name);
  await drain(deps, app.name, { processes, seconds: shortDrain });
  await deps.engine.removeApp(app.name);
  for (const reference of references) await deps.images.untag(reference);
  for (const id of deployIds) await deps.sources.remove(id);
  for (const id of deployIds) await deps.logs.remove(id);
  await deps.appLogs.remove(app.id);
  await deps.doors.removeRepository(app.name);
  deps.store.apps.remove(app.id);
  return { app: app.name };
};
