import type { App } from '../model/app.ts';
import type { Out } from '../model/line.ts';
import { currentReleaseOf } from './current-release.ts';
import type { Deps } from './deps.ts';
import { hostWishes } from './wanted-certificates.ts';

/** Of the hosts that an app has got by a deploy, those whose certificate is to come. `before`: the app as it was. */
export function tellHttps(deps: Deps, before: App, out: Out): void {
  const known = new Set(currentReleaseOf(deps, before)?.domains);
  const coming = hostWishes(deps, before.name).filter(
    ({ app, host, domain }) =>
      domain !== null && !known.has(host) && deps.routes.certificateFor(host, app) === undefined,
  );
  if (coming.length === 0) return;
  const hosts = coming.map(({ host }) => host).join(', ');
  out.detail(`https comes by itself for ${hosts}: slipway letsencrypt:list ${before.name}`);
}
