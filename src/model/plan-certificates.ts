import type { Certificate } from './certificate.ts';
import type { AppRoute, ServedCertificate, TlsVersion } from './route.ts';

/** How certificates are shown, besides which one for whom. */
export interface TlsSettings {
  readonly minVersion: TlsVersion;
  readonly http2: boolean;
}

/** Those that name a host, or a wildcard. */
export type CertificatesByName = ReadonlyMap<string, readonly Certificate[]>;

/** By each name that they are for. */
export function certificatesByName(certificates: readonly Certificate[]): CertificatesByName {
  const byName = new Map<string, Certificate[]>();
  for (const certificate of certificates) {
    for (const name of certificate.facts.names) {
      const others = byName.get(name);
      if (others) others.push(certificate);
      else byName.set(name, [certificate]);
    }
  }
  return byName;
}

/** The name by which a certificate for many hosts is for this one. */
export function wildcardOf(host: string): string {
  return host.replace(/^[^.]+/, '*');
}

/**
 * The certificate for a host of an app: one that is valid before one that is not any more, one that was given before one
 * that was ordered, that of the app before that of all, then the one that lasts longest. One that has expired is shown
 * until another one is there: browsers that came by https once do not take http again.
 */
export function certificateFor(
  host: string,
  app: string,
  { byName, now }: { readonly byName: CertificatesByName; readonly now: number },
): Certificate | undefined {
  const wildcard = host.startsWith('*.') ? [] : (byName.get(wildcardOf(host)) ?? []);
  const fitting = [...(byName.get(host) ?? []), ...wildcard].filter(
    ({ app: owner }) => owner === null || owner === app,
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
  { byName, now, tls }: { byName: CertificatesByName; now: number; tls: TlsSettings },
): readonly ServedCertificate[] {
  const hosts = new Map<Certificate, Set<string>>();
  const taken = new Set(routes.flatMap((route) => route.hosts));
  for (const route of routes) {
    for (const host of route.hosts) {
      const certificate = certificateFor(host, route.app, { byName, now });
      if (!certificate) continue;
      const shown = hosts.get(certificate) ?? new Set();
      hosts.set(certificate, shown.add(shownName(host, certificate, taken)));
    }
  }
  return [...hosts].map(([{ pem }, names]) => ({ hosts: [...names].sort(), pem, ...tls }));
}

/** A wildcard that an app has as its own domain is left to that one's certificate. */
function shownName(host: string, { app, facts }: Certificate, taken: ReadonlySet<string>): string {
  const wildcard = wildcardOf(host);
  return app !== null || facts.names.includes(host) || taken.has(wildcard) ? host : wildcard;
}
