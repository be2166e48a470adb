import { join } from 'node:path';
import { openKey, sealerOf } from '../src/store/sealer.ts';
import { openStore } from '../src/store/sqlite.ts';
import type { Sandbox } from '../test/machine/sandbox.ts';

/**
 * Writes apps into the store of a sandbox whose slipwayd is stopped, each with the release of the app `shop`, under a
 * domain of its own. They are stopped: HAProxy has their routes, Docker has none of their processes.
 */
export function registerApps(sandbox: Sandbox, count: number): void {
  const at = (name: string) => join(sandbox.root, 'store', name);
  const store = openStore(at('slipway.db'), sealerOf(openKey(at('key'))));
  const [model] = store.releases.list(store.apps.find('shop') ?? missing());
  if (!model) missing();
  const by = { actor: 'bench', at: Date.now() };
  store.transaction(() => {
    for (let number = 1; number <= count; number += 1) {
      const app = store.apps.create(`app-${number}`, by.at);
      const deploy = store.deploys.create(app, {
        kind: 'start',
        subject: 'bench',
        actor: by.actor,
        createdAt: by.at,
      });
      const { release } = store.releases.record(
        app,
        { ...model.release, domains: [`app-${number}.localhost`] },
        { deploy: deploy.id, ...by },
      );
      store.releases.setState(app, release.number, 'passed');
      store.apps.set(app.id, { current: release.number, stopped: true });
      store.deploys.finish(deploy.id, { state: 'succeeded', at: by.at, failure: null, steps: [] });
    }
  });
  store.close();
}

function missing(): never {
  throw new Error('The app shop has no release yet');
}
