import { failure } from '../model/failures.ts';
import { changeRelease } from '../model/plan-release.ts';
import { defaultDomain, planRoute } from '../model/plan-routes.ts';
import { chosenDomains, domainsEnabled, globalDomains, properties } from './app-settings.ts';
import { currentReleaseOf } from './current-release.ts';
import { deploy } from './deploy.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { refuseTakenDomains } from './taken-domains.ts';

export const addDomains: Handler<'domains:add'> = (deps, call, input) => {
  const before = chosenDomains(deps, appOf(call));
  return changeDomains(deps, call, { domains: [...new Set([...before, ...input.domains])], verb: 'Add' });
};

export const removeDomains: Handler<'domains:remove'> = (deps, call, input) => {
  const before = chosenDomains(deps, appOf(call));
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

interface DomainChange {
  readonly domains: readonly string[];
  readonly verb: string;
}

/** With a running app by a new release of the same processes: only the route changes. */
async function changeDomains(deps: Deps, call: Call, { domains, verb }: DomainChange) {
  const app = appOf(call);
  const current = currentReleaseOf(deps, app);
  const set = chosenDomains(deps, app);
  const isEnabled = domainsEnabled(deps, app);
  // They differ from those that are set where the global domains were changed meanwhile.
  const before = current && isEnabled && !app.stopped ? current.domains : set;
  const isSame = [set, before].every((other) => other.join() === domains.join());
  if (isSame) return { domains: [...domains], changed: false };
  refuseTakenDomains(deps, app.name, domains);
  const store = () => storeDomains(deps, call, domains);
  if (!isEnabled) {
    store();
    call.out.detail('The domains of the app are disabled: slipway domains:enable');
    return { domains: [...domains], changed: true };
  }
  const differing = [
    ...domains.filter((domain) => !before.includes(domain)),
    ...before.filter((domain) => !domains.includes(domain)),
  ];
  const description = `${verb} ${differing.length > 0 ? differing.join(', ') : 'domains'}`;
  await serveDomains(deps, call, { domains, description, store });
  return { domains: [...domains], changed: true };
}

interface Serving {
  readonly domains: readonly string[];
  readonly description: string;
  readonly store: () => void;
}

async function serveDomains(deps: Deps, call: Call, { domains, description, store }: Serving): Promise<void> {
  const app = appOf(call);
  const current = currentReleaseOf(deps, app);
  if (current && !app.stopped) {
    const draft = async () => changeRelease(current, { domains, description });
    await deploy(deps, call, { kind: 'domains', subject: description, draft, commit: store });
    return;
  }
  if (current) await deps.routes.set(planRoute(app.name, domains, []));
  store();
}

export const enableDomains: Handler<'domains:enable'> = (deps, call) =>
  switchDomains(deps, call, { isEnabled: true, description: 'Enable domains' });

export const disableDomains: Handler<'domains:disable'> = (deps, call) =>
  switchDomains(deps, call, { isEnabled: false, description: 'Disable domains' });

/** The app keeps its domains while it is not reached by them. */
async function switchDomains(
  deps: Deps,
  call: Call,
  { isEnabled, description }: { readonly isEnabled: boolean; readonly description: string },
) {
  const app = appOf(call);
  const chosen = chosenDomains(deps, app);
  if (domainsEnabled(deps, app) === isEnabled) return { domains: chosen, changed: false };
  if (isEnabled) refuseTakenDomains(deps, app.name, chosen);
  const store = () =>
    isEnabled
      ? deps.store.properties.unset(app.id, properties.domainsDisabled)
      : deps.store.properties.set(app.id, properties.domainsDisabled, 'true');
  await serveDomains(deps, call, { domains: isEnabled ? chosen : [], description, store });
  return { domains: chosen, changed: true };
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
