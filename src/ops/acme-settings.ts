import type { KeyType } from '../base/private-key.ts';
import type { AcmeAttempt } from '../model/acme-attempt.ts';
import type { App } from '../model/app.ts';
import { directoryOf } from '../model/authority.ts';
import { chooseAuthority } from '../model/choose-authority.ts';
import { isDnsProvider, type DnsProviderName } from '../model/dns-provider.ts';
import { computedOf, type SettingName } from './app-settings.ts';
import type { Deps } from './deps.ts';

/** How certificates come by themselves, for an app or for all. */
export const acmeSettings = {
  enabled: { name: 'letsencrypt.enabled', standard: 'true' },
  email: { name: 'letsencrypt.email', standard: '' },
  keyType: { name: 'letsencrypt.key-type', standard: 'ec256' },
  profile: { name: 'letsencrypt.profile', standard: '' },
  /** For all apps. */
  fallbackServer: { name: 'letsencrypt.fallback-server', standard: '' },
  dnsProvider: { name: 'letsencrypt.dns-provider', standard: '' },
} as const;

/** Without one that is set, the authority is that of the installation. */
export function serverSetting({ settings }: Pick<Deps, 'settings'>): SettingName {
  return { name: 'letsencrypt.server', standard: settings.acmeServer };
}

/** What an order for a domain of an app, or for a wildcard of all, is made with. */
export interface AcmeWishes {
  readonly enabled: boolean;
  readonly directory: string;
  /** The authority that is asked where that one cannot. */
  readonly fallback: string | null;
  readonly email: string | null;
  readonly keyType: KeyType;
  readonly profile: string | null;
  readonly dnsProvider: DnsProviderName | null;
}

export function acmeWishesOf(deps: Pick<Deps, 'store' | 'settings'>, app: App | null): AcmeWishes {
  const computed = computedOf(deps, app);
  return {
    enabled: computed(acmeSettings.enabled) === 'true',
    directory: directoryOf(computed(serverSetting(deps))),
    fallback: directoryOf(computed(acmeSettings.fallbackServer)) || null,
    email: computed(acmeSettings.email) || null,
    keyType: computed(acmeSettings.keyType) === 'rsa2048' ? 'rsa2048' : 'ec256',
    profile: computed(acmeSettings.profile) || null,
    dnsProvider: providerOf(computed(acmeSettings.dnsProvider)),
  };
}

function providerOf(name: string): DnsProviderName | null {
  return isDnsProvider(name) ? name : null;
}

/** The same, at the authority whose turn it is. Profiles have other names at another one. */
export function wishesAtTurn(wishes: AcmeWishes, attempts: readonly AcmeAttempt[]): AcmeWishes {
  const directory = chooseAuthority({ first: wishes.directory, fallback: wishes.fallback }, attempts);
  return directory === wishes.directory ? wishes : { ...wishes, directory, profile: null };
}
