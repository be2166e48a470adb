import type { App } from '../model/app.ts';
import { type AcmeWishes, acmeWishesOf } from './acme-settings.ts';
import type { Call, Deps } from './deps.ts';

/**
 * The address that an authority may write to; null: none. Our account there is one for all apps: it has the global address
 * before that of an app, where that is the authority of all, and of several apps that of the last one by name.
 */
export function contactAt(deps: Deps, directory: string): string | null {
  return contacts(deps).get(directory) ?? acmeWishesOf(deps, null).email;
}

/**
 * Tells the authorities of the caller's app, or all that are in use, the address that is set now (RFC 8555, 7.3.2), as far
 * as they know us already and by another one. Throws what one of them refuses with.
 */
export async function tellContacts(deps: Deps, call: Call): Promise<void> {
  const wanted = contacts(deps);
  const directories = call.app ? authoritiesOf(acmeWishesOf(deps, call.app)) : [...wanted.keys()];
  for (const directory of directories) {
    const account = deps.store.acmeAccounts.find(directory);
    const email = wanted.get(directory) ?? null;
    if (!account || account.url === null || account.email === email) continue;
    const url = await deps.acme.register({ ...account, email }, call.signal);
    deps.store.acmeAccounts.set({ ...account, email, url });
    call.out.detail(
      `The account at ${directory} has ${email === null ? 'no address' : `the address ${email}`} now`,
    );
  }
}

/** Of each authority that is in use: the wish that comes last holds. */
function contacts(deps: Deps): ReadonlyMap<string, string | null> {
  const apps: readonly (App | null)[] = [...deps.store.apps.all(), null];
  const found = new Map<string, string | null>();
  for (const wishes of apps.map((app) => acmeWishesOf(deps, app)))
    for (const directory of authoritiesOf(wishes))
      found.set(directory, wishes.email ?? found.get(directory) ?? null);
  return found;
}

function authoritiesOf({ directory, fallback }: AcmeWishes): readonly string[] {
  return fallback === null ? [directory] : [directory, fallback];
}
