import type { Lookup } from '../contract/completion.ts';
import { type Actor, may } from '../model/access.ts';
import { isKindName } from '../model/service-kind.ts';
import { currentReleaseOf } from '../ops/current-release.ts';
import type { Deps } from '../ops/deps.ts';
import { visibleApps } from '../ops/visible-apps.ts';

/** The names that completion offers to somebody, by kind; those of things of an app need the app. */
export function lookup(deps: Deps, actor: Actor): Lookup {
  const apps = () => visibleApps(deps, { app: null, actor });
  const app = (name: string | null) => apps().find((each) => each.name === name);
  const ofServer = (names: () => readonly string[]) => (may(actor, 'server:admin', 'server') ? names() : []);
  const configKeys = (id: number | null) => Object.keys(deps.store.config.get(id));
  const kinds: Readonly<
    Record<string, (name: string | null) => readonly string[] | Promise<readonly string[]>>
  > = {
    app: () => apps().map((each) => each.name),
    'ssh-key': () => ofServer(() => deps.store.keys.all().map((key) => key.name)),
    key: (name) => {
      const found = app(name);
      return found ? configKeys(found.id) : ofServer(() => configKeys(null));
    },
    image: async () => (await deps.images.list()).map((image) => image.name),
    'process-type': (name) => {
      const found = app(name);
      return found ? Object.keys(currentReleaseOf(deps, found)?.formation ?? {}) : [];
    },
  };
  return (kind, name) =>
    isKindName(kind)
      ? ofServer(() => deps.store.services.all(kind).map((service) => service.name))
      : (kinds[kind]?.(name) ?? []);
}
