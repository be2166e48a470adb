import type { Certificate } from '../model/certificate.ts';
import { unorderable } from '../model/authority.ts';
import { wildcardOf } from '../model/plan-certificates.ts';
import { type AcmeWishes, acmeWishesOf } from './acme-settings.ts';
import { globalDomains } from './app-settings.ts';
import type { Deps } from './deps.ts';

/** A host of an app, and the certificate that comes for it by itself; or why none does. */
export interface HostWish {
  readonly app: string;
  readonly host: string;
  /** What is ordered: the host, or a wildcard that it is under; null: nothing. */
  readonly domain: string | null;
  readonly wishes: AcmeWishes;
  /** Why nothing is ordered; null: it is. */
  readonly reason: string | null;
}

/** What is to be had for each host that apps, or one of them, are reached by. Reads the store once for each app. */
export function hostWishes(deps: Deps, only?: string): readonly HostWish[] {
  const bases = globalDomains(deps);
  const now = deps.clock.now();
  const wanted = deps.routes.hosts().filter(({ app }) => only === undefined || app === only);
  const hosts = Map.groupBy(wanted, ({ app }) => app);
  return [...hosts].flatMap(([app, own]) => {
    const wishes = acmeWishesOf(deps, deps.store.apps.find(app) ?? null);
    return own.map(({ host }) => {
      const domain = wishes.dnsProvider !== null && isUnder(host, bases) ? wildcardOf(host) : host;
      const shown = deps.routes.certificateFor(host, app);
      const reason = whyNot(domain, { wishes, shown, now });
      return { app, host, domain: reason === null ? domain : null, wishes, reason };
    });
  });
}

/** A default domain of an app: `shop.apps.example.com`. */
function isUnder(host: string, bases: readonly string[]): boolean {
  return bases.includes(host.slice(host.indexOf('.') + 1));
}

interface Known {
  readonly wishes: AcmeWishes;
  readonly shown: Certificate | undefined;
  readonly now: number;
}

function whyNot(domain: string, { wishes, shown, now }: Known): string | null {
  if (!wishes.enabled) return 'disabled';
  if (shown && shown.ordered === null && shown.facts.notAfter > now) return 'it has one that was given';
  if (domain.startsWith('*.') && wishes.dnsProvider === null)
    return 'a wildcard needs letsencrypt:set dns-provider';
  return unorderable(domain, wishes.directory) ?? null;
}
