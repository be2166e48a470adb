import { failure } from '../model/failures.ts';
import { changeRelease } from '../model/plan-release.ts';
import { defaultDomain } from '../model/plan-routes.ts';
import { domainsOf, globalDomains, properties } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { deploy } from './deploy.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';

export const addDomains: Handler<'domains:add'> = (deps, call, input) => {
  const before = domainsOf(deps, appOf(call));
  return changeDomains(deps, call, { domains: [...new Set([...before, ...input.domains])], verb: 'Add' });
};

export const removeDomains: Handler<'domains:remove'> = (deps, call, input) => {
  const before = domainsOf(deps, appOf(call));
  const missing = input.domains.filter((domain) => !before.includes(domain));
  if (missing.length > 0)
    throw failure('E_NOT_FOUND', `App ${appOf(call).name} does not have ${missing.join(', ')}`);
  return changeDomains(deps, call, {
    domains: before.filter((domain) => !input.domains.includes(domain)),
    verb: 'Remove',
  });
};

export const setDomains: Handler<'domains:set'> = (deps, call, input) =>
  changeDomains(deps, call, { domains: [...new Set(input.domains)], verb: 'Set' });

export const clearDomains: Handler<'domains:clear'> = (deps, call) =>
  changeDomains(deps, call, { domains: [], verb: 'Clear' });

export const resetDomains: Handler<'domains:reset'> = (deps, call) =>
  changeDomains(deps, call, { domains: defaultDomain(appOf(call).name, globalDomains(deps)), verb: 'Reset' });

export const setGlobalDomains: Handler<'domains:set-global'> = async (deps, call, input) => {
  const wanted = [...new Set(input.domains)];
  const changed = wanted.join() !== deps.store.domains.of(null).join();
  deps.store.domains.replace(null, wanted);
  if (changed) call.out.detail('Running apps take it with their next release');
  return { domains: wanted, changed };
};

interface DomainChange {
  readonly domains: readonly string[];
  readonly verb: string;
}

/** With a running app by a new release of the same processes: only the route changes. */
async function changeDomains(deps: Deps, call: Call, { domains, verb }: DomainChange) {
  const app = appOf(call);
  const before = domainsOf(deps, app);
  if (domains.join() === before.join()) return { domains: [...domains], changed: false };
  refuseTaken(deps, app.name, domains);
  const store = () => storeDomains(deps, call, domains);
  const current = currentReleaseOf(deps, app);
  if (!current || app.stopped) {
    store();
    return { domains: [...domains], changed: true };
  }
  const differing = [
    ...domains.filter((domain) => !before.includes(domain)),
    ...before.filter((domain) => !domains.includes(domain)),
  ];
  const description = `${verb} ${differing.length > 0 ? differing.join(', ') : 'domains'}`;
  const draft = async () => changeRelease(current, { domains, description });
  await deploy(deps, call, { kind: 'domains', subject: description, draft, commit: store });
  return { domains: [...domains], changed: true };
}

/** Kept as the default domains and the own ones beside them, or as own ones only where a default one is missing. */
function storeDomains(deps: Deps, call: Call, domains: readonly string[]): void {
  const app = appOf(call);
  const defaults = defaultDomain(app.name, globalDomains(deps));
  const hasDefaults = defaults.every((domain, at) => domains[at] === domain);
  deps.store.transaction(() => {
    if (hasDefaults) deps.store.properties.unset(app.id, properties.ownDomainsOnly);
    else deps.store.properties.set(app.id, properties.ownDomainsOnly, 'true');
    deps.store.domains.replace(app.id, hasDefaults ? domains.slice(defaults.length) : domains);
  });
}

function refuseTaken(deps: Deps, appName: string, domains: readonly string[]): void {
  const own = deps.store.domains.owners();
  for (const domain of domains) {
    const owner = own.get(domain) ?? defaultOwner(deps, domain);
    if (owner !== undefined && owner !== appName) {
      throw failure('E_DOMAIN_TAKEN', `${domain} belongs to app ${owner}`, {
        hint: `slipway domains:remove ${owner} ${domain}`,
      });
    }
  }
}

/** The app whose default domain this is. */
function defaultOwner(deps: Deps, domain: string): string | undefined {
  const bases = globalDomains(deps);
  return deps.store.apps
    .all()
    .find((app) => defaultDomain(app.name, bases).includes(domain) && domainsOf(deps, app).includes(domain))
    ?.name;
}
