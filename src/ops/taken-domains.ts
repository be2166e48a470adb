import { failure } from '../model/failures.ts';
import { defaultDomain } from '../model/plan-routes.ts';
import { chosenDomains, globalDomains } from './app-settings.ts';
import type { Deps } from './deps.ts';

/**
 * Throws E_DOMAIN_TAKEN where one of the domains is another app's: set, its default one, or still served. Which one is
 * not told: the message is kept with the deploy, and who reads it there may not see the other app.
 */
export function refuseTakenDomains(deps: Deps, appName: string, domains: readonly string[]): void {
  const set = deps.store.domains.owners();
  for (const domain of domains) {
    const owner = set.get(domain) ?? deps.routes.ownerOf(domain) ?? defaultOwner(deps, appName, domain);
    if (owner !== undefined && owner !== appName) {
      throw failure('E_DOMAIN_TAKEN', `${domain} belongs to another app`, {
        hint: 'slipway domains:report shows an administrator to which',
      });
    }
  }
}

/** Another app whose default domain this is. Its own default domain an app may have although another could. */
function defaultOwner(deps: Deps, appName: string, domain: string): string | undefined {
  const bases = globalDomains(deps);
  if (defaultDomain(appName, bases).includes(domain)) return appName;
  return deps.store.apps
    .all()
    .find(
      (app) => defaultDomain(app.name, bases).includes(domain) && chosenDomains(deps, app).includes(domain),
    )?.name;
}
