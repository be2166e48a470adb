import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import { changeRelease } from '../model/plan-release.ts';
import { planRoute } from '../model/plan-routes.ts';
import type { Release } from '../model/release.ts';
import { domainsOf } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { deploy } from './deploy.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { settledFor } from './pending-settings.ts';
import { retireLater } from './retire.ts';
import { ownJob, runJob } from './run-job.ts';
import { refuseTakenDomains } from './taken-domains.ts';
import { noteUnfinished } from './unfinished.ts';

interface Renaming {
  readonly app: App;
  readonly to: string;
}

/** Works in the lanes of both names. Tags of images keep the old one. */
export const renameApp: Handler<'apps:rename'> = async (deps, call, { to, skipDeploy }) => {
  refuseExisting(deps, to);
  const renaming = { app: appOf(call), to };
  const current = currentReleaseOf(deps, renaming.app);
  // What a push to the new name left that was refused.
  await deps.doors.removeRepository(to);
  const forget = noteUnfinished(deps, renaming.app, { kind: 'rename', from: renaming.app.name, to });
  try {
    const done =
      current && !renaming.app.stopped && !skipDeploy
        ? await renameRunning(deps, call, { ...renaming, current })
        : await renameStopped(deps, renaming);
    deps.later(`remove what is left of ${renaming.app.name}`, () => removeOld(deps, { ...renaming, forget }));
    return { ...done, changed: true };
  } catch (error) {
    forget();
    throw error;
  }
};

/** Throws E_APP_EXISTS. */
export function refuseExisting(deps: Deps, name: string): void {
  if (deps.store.apps.find(name)) throw failure('E_APP_EXISTS', `App ${name} already exists`);
}

/** A deploy of the same release under the new name; the name changes in the transaction that makes it current. */
function renameRunning(deps: Deps, call: Call, { app, to, current }: Renaming & { current: Release }) {
  const renamed = { ...app, name: to };
  let moved = false;
  return deploy(
    deps,
    { ...call, app: renamed },
    {
      kind: 'rename',
      subject: `${app.name} to ${to}`,
      renamedFrom: app.name,
      draft: async ({ undo }) => {
        undo.push('remove the network', () => deps.engine.removeApp(to));
        undo.push('move the repository back', async () => {
          if (moved) deps.doors.moveRepository(to, app.name);
        });
        const settled = settledFor(deps, app, current);
        const description = `Rename ${app.name} to ${to}`;
        return changeRelease(current, { ...settled, domains: domainsOf(deps, renamed), description });
      },
      commit: () => {
        storeName(deps, { app, to });
        moved = true;
      },
    },
  );
}

/** The route goes first; it leads nowhere from then on. */
async function renameStopped(deps: Deps, { app, to }: Renaming) {
  const domains = domainsOf(deps, { ...app, name: to });
  refuseTakenDomains(deps, app.name, domains);
  const before = deps.routes.of(app.name);
  if (before) await deps.routes.move(app.name, planRoute(to, domains, []));
  try {
    deps.store.transaction(() => {
      if (app.current !== null) deps.store.apps.set(app.id, { stopped: true });
      storeName(deps, { app, to });
    });
  } catch (error) {
    if (before) await deps.routes.move(to, before);
    throw error;
  }
  return { release: null, replaced: null, urls: [] };
}

/** The last in a transaction: a folder is not taken back with it. */
function storeName(deps: Deps, { app, to }: Renaming): void {
  deps.store.apps.rename(app.id, to);
  deps.store.jobs.rename(app.name, to);
  deps.doors.moveRepository(app.name, to);
}

/** The network goes only while no new app has the old name. */
async function removeOld(
  deps: Deps,
  { app: { name }, to, forget }: Renaming & { readonly forget: () => void },
): Promise<void> {
  await retireLater(deps, { app: name, processes: await deps.engine.list(name), settingsOf: to });
  await runJob(deps, ownJob(name, 'clean up', 'background'), async () => {
    if (!deps.store.apps.find(name)) await deps.engine.removeApp(name);
    forget();
  });
}
