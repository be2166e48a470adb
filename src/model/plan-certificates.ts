import { isFor, type Certificate } from './certificate.ts';
import type { AppRoute, ServedCertificate, TlsVersion } from './route.ts';
import { Secret } from '../base/secret.ts';

/** How certificates are shown, besides which one for whom. */
export interface TlsSettings {
  readonly minVersion: TlsVersion;
  readonly http2: boolean;
}

/**
 * The certificate for a host of an app: one that is valid before one that is not any more, one that was given before one
 * that was ordered, that of the app before that of all, then the one that lasts longest. One that has expired is shown
 * until another one is there: browsers that came by https once do not take http again.
 */
export function certificateFor(
  host: string,
  app: string,
  { certificates, now }: { readonly certificates: readonly Certificate[]; readonly now: number },
): Certificate | undefined {
  const fitting = certificates.filter(
    ({ app: owner, facts }) => (owner === null || owner === app) && isFor(facts.names, host),
  );
  const rank = (one: Certificate) => [
    Number(one.facts.notAfter > now),
    Number(one.ordered === null),
    Number(one.app !== null),
    one.facts.notAfter,
    one.id,
  ];
  return fitting.toSorted((a, b) => compare(rank(b), rank(a)))[0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return (a[at] ?? 0) - (b[at] ?? 0);
}

/**
 * Which certificate is shown for which hosts: for those that apps have, and no others. A wildcard that is for all apps is
 * shown as such, so that a new app changes nothing of it.
 */
export function planCertificates(
  routes: readonly AppRoute[],
  { certificates, now, tls }: { certificates: readonly Certificate[]; now: number; tls: TlsSettings },
): readonly ServedCertificate[] {
  const hosts = new Map<Certificate, Set<string>>();
  const taken = new Set(routes.flatMap((route) => route.hosts));
  for (const route of routes) {
    for (const host of route.hosts) {
      const certificate = certificateFor(host, route.app, { certificates, now });
      if (!certificate) continue;
      const shown = hosts.get(certificate) ?? new Set();
      hosts.set(certificate, shown.add(shownName(host, certificate, taken)));
    }
  }
  return [...hosts].map(([{ chain, key }, names]) => ({
    hosts: [...names].sort(),
    pem: new Secret(`${chain}${key.reveal()}`),
    ...tls,
  }));
}

/** A wildcard that an app has as its own domain is left to that one's certificate. */
function shownName(host: string, { app, facts }: Certificate, taken: ReadonlySet<string>): string {
  const wildcard = host.replace(/^[^.]+/, '*');
  return app !== null || facts.names.includes(host) || taken.has(wildcard) ? host : wildcard;
}
