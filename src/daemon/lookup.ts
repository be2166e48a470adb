import type { Lookup } from '../contract/completion.ts';
import { currentReleaseOf } from '../ops/current-release.ts';
import type { Deps } from '../ops/deps.ts';

/** The names that completion offers, by kind; those of things of an app need the app. */
export function lookup(deps: Deps): Lookup {
  const app = (name: string | null) => (name === null ? undefined : deps.store.apps.find(name));
  const kinds: Readonly<
    Record<string, (name: string | null) => readonly string[] | Promise<readonly string[]>>
  > = {
    app: () => deps.store.apps.all().map((each) => each.name),
    'ssh-key': () => deps.store.keys.all().map((key) => key.name),
    key: (name) => Object.keys(deps.store.config.get(app(name)?.id ?? null)),
    image: async () => (await deps.images.list()).map((image) => image.name),
    'process-type': (name) => {
      const found = app(name);
      return found ? Object.keys(currentReleaseOf(deps, found)?.formation ?? {}) : [];
    },
  };
  return (kind, name) => kinds[kind]?.(name) ?? [];
}
