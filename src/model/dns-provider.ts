/** What a DNS provider's login consists of: names of values -> what they are. Those in `optional` may be left out. */
export interface DnsProvider {
  readonly title: string;
  readonly values: Readonly<Record<string, string>>;
  readonly optional?: readonly string[];
}

/** By the names that letsencrypt:set dns-provider takes. */
export const dnsProviders = {
  cloudflare: { title: 'Cloudflare', values: { TOKEN: 'an API token with Zone.DNS:Edit' } },
  digitalocean: { title: 'DigitalOcean', values: { TOKEN: 'a personal access token with the scope domain' } },
  hetzner: { title: 'Hetzner', values: { TOKEN: 'an API token with read and write' } },
  route53: {
    title: 'Amazon Route 53',
    values: { ACCESS_KEY_ID: 'of a user that may change the zone', SECRET_ACCESS_KEY: 'its secret' },
  },
  rfc2136: {
    title: 'a name server that takes signed changes (RFC 2136)',
    values: {
      SERVER: 'its name or address',
      KEY_NAME: 'name of the TSIG key',
      KEY_SECRET: 'the key, in base64',
      PORT: '53 without it',
      ALGORITHM: 'hmac-sha256 (without it), hmac-sha384 or hmac-sha512',
    },
    optional: ['PORT', 'ALGORITHM'],
  },
  program: { title: 'a program of your own: hooks/dns in the root folder', values: {} },
} as const satisfies Readonly<Record<string, DnsProvider>>;

export type DnsProviderName = keyof typeof dnsProviders;

export const dnsProviderNames = Object.keys(dnsProviders) as readonly DnsProviderName[];

/** Whether there is a provider of this name. */
export function isDnsProvider(name: string): name is DnsProviderName {
  return Object.hasOwn(dnsProviders, name);
}

/** What is wrong with the values of a login; undefined: nothing. */
export function loginProblem(name: DnsProviderName, given: readonly string[]): string | undefined {
  const { values, optional = [] }: DnsProvider = dnsProviders[name];
  const known = Object.keys(values);
  const missing = known.filter((value) => !optional.includes(value) && !given.includes(value));
  const unknown = given.filter((value) => !known.includes(value));
  if (missing.length > 0) return `The login for ${name} lacks ${missing.join(', ')}`;
  return unknown.length > 0 ? `The login for ${name} has no ${unknown.join(', ')}` : undefined;
}
