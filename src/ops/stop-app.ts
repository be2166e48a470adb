import { appOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { drainedText } from '../model/drain.ts';
import { planRoute } from '../model/plan-routes.ts';
import { domainsOf } from './app-settings.ts';
import { deploy } from './deploy.ts';
import { currentRelease } from './current-release.ts';
import { draftOfPending } from './pending-settings.ts';
import { retire, shortTimes } from './retire.ts';

/** Seconds for requests under way: whoever stops an app waits for it. */
const mostDrain = 10;

/** Takes the route away first, so that requests under way are answered before their process ends. */
export const stopApp: Handler<'ps:stop'> = async (deps, call) => {
  const app = appOf(call);
  const processes = await deps.engine.list(app.name);
  if (app.stopped && processes.length === 0) return { changed: false };
  await deps.routes.set(planRoute(app.name, domainsOf(deps, app), []));
  deps.store.apps.set(app.id, { stopped: true });
  const times = shortTimes(deps, app.name, mostDrain);
  const drained = await retire(deps, { app: app.name, processes, times });
  if (drained) call.out.detail(drainedText(drained));
  return { changed: true };
};

export const startApp: Handler<'ps:start'> = async (deps, call) => {
  const app = appOf(call);
  const release = currentRelease(deps, app);
  if (!app.stopped) return { release: release.number, replaced: null, urls: [], changed: false };
  const draft = draftOfPending(deps, app, release);
  return {
    ...(await deploy(deps, call, { kind: 'start', subject: `v${release.number}`, draft })),
    changed: true,
  };
};
