import type { App } from '../model/app.ts';
import { planUnlink } from '../model/plan-link.ts';
import { silent } from '../model/line.ts';
import type { Config } from '../model/release.ts';
import { changeRelease, type ReleaseDraft } from '../model/plan-release.ts';
import { properties } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { deploy } from './deploy.ts';
import type { DeployWork } from './deploy-work.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import { destroyApp } from './destroy-app.ts';
import type { Handler } from './handler.ts';
import { linkedService } from './load-service.ts';
import { settledFor } from './pending-settings.ts';
import { refuseExisting } from './rename-app.ts';
import { noteUnfinished } from './unfinished.ts';

/** Works in the lanes of both. A clone that cannot be deployed is removed again. */
export const cloneApp: Handler<'apps:clone'> = async (deps, call, input) => {
  const { to, skipDeploy, ignoreExisting } = input;
  const nothing = { release: null, replaced: null, urls: [] };
  if (ignoreExisting && deps.store.apps.find(to)) return { ...nothing, changed: false };
  refuseExisting(deps, to);
  const source = appOf(call);
  if (skipDeploy || source.current === null) {
    copySettings(deps, source, input);
    return { ...nothing, changed: true };
  }
  const { app, forget } = deps.store.transaction(() => {
    const app = copySettings(deps, source, input);
    return { app, forget: noteUnfinished(deps, app, { kind: 'removal' }) };
  });
  const cloneCall = { ...call, app };
  try {
    return { ...(await deployCopy(deps, cloneCall, { source, forget })), changed: true };
  } catch (error) {
    await destroyApp(deps, { ...cloneCall, out: silent }, { app: to });
    throw error;
  }
};

/** All that is set for an app but its domains, and its links only where they are asked for. Throws E_APP_EXISTS. */
function copySettings(
  deps: Deps,
  source: App,
  { to, withLinks }: { readonly to: string; readonly withLinks: boolean },
): App {
  return deps.store.transaction(() => {
    const app = deps.store.apps.create(to, deps.clock.now());
    deps.store.apps.set(app.id, { deployBranch: source.deployBranch });
    deps.store.config.set(
      app.id,
      withLinks ? deps.store.config.get(source.id) : unlinkedConfig(deps, source),
    );
    if (withLinks) copyLinks(deps, source, app);
    for (const [name, value] of Object.entries(deps.store.properties.all(source.id)))
      if (name !== properties.ownDomainsOnly) deps.store.properties.set(app.id, name, value);
    return deps.store.apps.find(to) ?? app;
  });
}

/** Its config without the addresses of services that it is linked to. */
function unlinkedConfig(deps: Deps, source: App): Config {
  const config = deps.store.config.get(source.id);
  return deps.store.links
    .ofApp(source.id)
    .flatMap((link) => deps.store.services.find(link) ?? [])
    .reduce((rest, service) => planUnlink(rest, linkedService(deps, service)).own, config);
}

function copyLinks({ store }: Deps, source: App, app: App): void {
  for (const link of store.links.ofApp(source.id)) {
    const service = store.services.find(link);
    if (service) store.links.set(service.id, app.id, link);
  }
}

/** The same image, under a tag of the clone's own, since each app lets go of its images by itself. */
function deployCopy(
  deps: Deps,
  call: Call,
  { source, forget }: { readonly source: App; readonly forget: () => void },
) {
  const current = currentReleaseOf(deps, source);
  if (!current) throw new Error(`the current release of ${source.name} is not in the store`);
  const subject = `${source.name} v${current.number}`;
  const draft = async ({ app, deploy: { id }, undo }: DeployWork): Promise<ReleaseDraft> => {
    const reference = deps.names.image(app.name, id);
    undo.push('remove the image', () => deps.images.untag(reference));
    await deps.images.tag(current.image.id, reference);
    const settled = settledFor(deps, app, current);
    const release = changeRelease(current, { ...settled, description: `Clone ${subject}` });
    return { ...release, image: { ...current.image, reference } };
  };
  return deploy(deps, call, { kind: 'clone', subject, draft, commit: forget });
}
