import { plainHttps, type AppRoute, type HttpsPolicy } from '../model/route.ts';

/*
 * What the maps hold for a host: its backend, and behind a slash how it is served by https, if it is. HAProxy takes it
 * apart with one look-up: `pool3`, `pool3/redirect/off`, `pool3/both/plain/15724800`, `pool3/redirect/preload/31536000`.
 */

/** A host of an app, and how it is served by https; null: it is not. */
export interface HostEntry {
  readonly host: string;
  readonly https: string | null;
}

/** For sorting. */
export function byHost(a: HostEntry, b: HostEntry): number {
  return a.host < b.host ? -1 : a.host > b.host ? 1 : 0;
}

/** The words for the kinds of Strict-Transport-Security, and what each adds to its max-age. */
export const hstsKinds = {
  plain: '',
  subdomains: '; includeSubDomains',
  preload: '; includeSubDomains; preload',
} as const;

/** Word of a host that http is sent on from. */
export const redirectWord = 'redirect';

export function hostEntry(host: string, route: AppRoute, isSecure: boolean): HostEntry {
  return { host, https: isSecure ? httpsWords(route.https ?? plainHttps) : null };
}

function httpsWords({ redirect, hsts }: HttpsPolicy): string {
  const how = redirect ? redirectWord : 'both';
  if (hsts === null) return `${how}/off`;
  return `${how}/${hsts.preload ? 'preload' : hsts.subdomains ? 'subdomains' : 'plain'}/${hsts.maxAge}`;
}

export function hostValue(pool: string, { https }: HostEntry): string {
  return https === null ? pool : `${pool}/${https}`;
}

export function parseHostValue(value: string): { readonly pool: string; readonly https: string | null } {
  const slash = value.indexOf('/');
  if (slash < 0) return { pool: value, https: null };
  return { pool: value.slice(0, slash), https: value.slice(slash + 1) };
}
