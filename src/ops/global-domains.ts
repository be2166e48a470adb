import { failure } from '../model/failures.ts';
import { globalDomains, setGlobalDomains } from './app-settings.ts';
import type { Call, Deps } from './deps.ts';
import type { Handler } from './handler.ts';

export const setAllGlobal: Handler<'domains:set-global'> = (deps, call, { domains }) =>
  change(deps, call, domains);

export const addGlobal: Handler<'domains:add-global'> = (deps, call, { domains }) =>
  change(deps, call, [...globalDomains(deps), ...domains]);

export const removeGlobal: Handler<'domains:remove-global'> = async (deps, call, { domains }) => {
  const before = globalDomains(deps);
  const missing = domains.filter((domain) => !before.includes(domain));
  if (missing.length > 0) throw failure('E_NOT_FOUND', `${missing.join(', ')} is no global domain`);
  return change(
    deps,
    call,
    before.filter((domain) => !domains.includes(domain)),
  );
};

export const clearGlobal: Handler<'domains:clear-global'> = (deps, call) => change(deps, call, []);

async function change(deps: Deps, call: Call, domains: readonly string[]) {
  const wanted = [...new Set(domains)];
  const changed = wanted.join() !== globalDomains(deps).join();
  setGlobalDomains(deps, wanted);
  if (changed) call.out.detail('Running apps take it with their next release');
  return { domains: wanted, changed };
}
