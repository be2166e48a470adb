import { own } from '../base/own.ts';

/** Where trying things out costs nothing; its certificates are trusted by nobody. */
export const trialDirectory = 'https://acme-staging-v02.api.letsencrypt.org/directory';

/** Certificate authorities by their short names: the addresses of their directories. */
export const authorities: Readonly<Record<string, string>> = {
  production: 'https://acme-v02.api.letsencrypt.org/directory',
  staging: trialDirectory,
  zerossl: 'https://acme.zerossl.com/v2/DV90',
  google: 'https://dv.acme-v02.api.pki.goog/directory',
};

/** What CAA records call the authorities (RFC 8659), as their documentation says. */
const identities: Readonly<Record<string, string>> = {
  production: 'letsencrypt.org',
  staging: 'letsencrypt.org',
  zerossl: 'sectigo.com',
  google: 'pki.goog',
};

/** What CAA records call the authority of a directory; undefined: it is not known. */
export function caaIdentity(directory: string): string | undefined {
  const known = Object.keys(authorities).find((name) => authorities[name] === directory);
  return known === undefined ? undefined : identities[known];
}

/** The directory of an authority, by its short name or its address. */
export function directoryOf(server: string): string {
  return own(authorities, server) ?? server;
}

/** What is wrong with the name or address of an authority. */
export function authorityProblem(server: string): string | undefined {
  const isFine =
    Object.hasOwn(authorities, server) || /^https:\/\/[A-Za-z0-9.:[\]-]+(\/[\w./~-]*)?$/.test(server);
  const names = Object.keys(authorities).join(', ');
  return isFine ? undefined : `It is one of ${names}, or the https address of a directory`;
}

/** Names that no public authority gives certificates for (RFC 2606, RFC 6761, RFC 6762, RFC 8375, RFC 9476). */
const reserved =
  /(^|\.)(localhost|test|example|invalid|local|internal|lan|home\.arpa|onion|alt|example\.(com|net|org))$/;

/** Why an authority would not give a certificate for a domain; undefined: it might. */
export function unorderable(domain: string, directory: string): string | undefined {
  const isPublic = Object.values(authorities).includes(directory);
  if (/(^|\.)localhost$/.test(domain)) return 'the name is each machine itself';
  if (isPublic && reserved.test(domain)) return 'the name is of no public domain';
  if (!domain.includes('.')) return 'the name has one word only';
  // The last label of a name is never a number: that would be an address.
  return /\.\d+$/.test(domain) ? 'it is an address and no name' : undefined;
}
