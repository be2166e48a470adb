import { parseEnv } from 'node:util';
import { isoTime } from '../base/clock.ts';
import type { Failure } from '../base/failure.ts';
import { newPrivateKey } from '../base/private-key.ts';
import type { OutputOf } from '../contract/operations.ts';
import { Secret } from '../base/secret.ts';
import { directoryOf } from '../model/authority.ts';
import { loginProblem } from '../model/dns-provider.ts';
import { failure, failureKind } from '../model/failures.ts';
import type { App } from '../model/app.ts';
import { tellContacts } from './account-contact.ts';
import { acmeSettings } from './acme-settings.ts';
import { settingOf } from './app-settings.ts';
import type { KeptDomain } from './certificate-keeper.ts';
import { appOf, type Call, type Deps } from './deps.ts';
import type { Handler } from './handler.ts';
import { httpsNote, httpsStandings, type HttpsStanding } from './https-standing.ts';
import { accountFor } from './order-certificate.ts';
import { propertyHandler } from './set-property.ts';
import { visibleApps } from './visible-apps.ts';
import { hostWishes } from './wanted-certificates.ts';

type CertificateItem = OutputOf<'letsencrypt:list'>[number];

const setProperty = propertyHandler('letsencrypt');

/** An address is told to the authorities that know us already; one that they do not take is told now, and changes nothing. */
export const setLetsencrypt: Handler<'letsencrypt:set'> = async (deps, call, input) => {
  const before = deps.store.properties.get(call.app?.id ?? null, `letsencrypt.${input.property}`) ?? null;
  const done = await setProperty(deps, call, input);
  try {
    if (input.property === 'email') await tellContacts(deps, call);
  } catch (error) {
    await setProperty(deps, call, { ...input, value: before });
    throw error;
  }
  deps.certificates.wake();
  return done;
};

export const keepDnsLogin: Handler<'letsencrypt:dns'> = async (deps, _call, { provider, login }) => {
  const values = parseEnv(login);
  const names = Object.keys(values);
  const problem = loginProblem(provider, names);
  if (problem !== undefined) throw failure('E_INPUT', problem, { hint: 'slipway letsencrypt:dns --help' });
  const secrets = Object.entries(values).map(([name, value]) => [name, new Secret(value ?? '')] as const);
  deps.store.dnsLogins.set(provider, Object.fromEntries(secrets));
  deps.certificates.wake();
  return { provider, values: names };
};

/** Registered at once: a key that the authority does not take is told now, and changes nothing. */
export const bindAccount: Handler<'letsencrypt:account'> = async (deps, call, { server, keyId, key }) => {
  const directory = directoryOf(server);
  const before = deps.store.acmeAccounts.find(directory);
  const binding = { keyId, hmacKey: hmacKeyOf(key) };
  // An account that is registered keeps what it was registered with: this is another one, with another key.
  const account = { directory, email: null, key: await newPrivateKey('ec256'), url: null, binding };
  deps.store.acmeAccounts.set(account);
  try {
    await accountFor(deps, directory, call.signal);
  } catch (error) {
    if (before) deps.store.acmeAccounts.set(before);
    else deps.store.acmeAccounts.remove(directory);
    throw error;
  }
  deps.certificates.wake();
  return { directory };
};

/** As authorities give it: base64url, some with what fills it up (RFC 8555, 7.3.4). */
function hmacKeyOf(text: string): Secret {
  const key = text.trim().replace(/={1,2}$/, '');
  if (/^[A-Za-z0-9_-]{16,1000}$/.test(key)) return new Secret(key);
  throw failure('E_INPUT', 'The HMAC key on standard input is one word of letters, digits, - and _', {
    hint: 'take it as the authority shows it, beside the key id',
  });
}

export const enableLetsencrypt: Handler<'letsencrypt:enable'> = async (deps, call) => {
  const apps = call.app ? [call.app] : deps.store.apps.all();
  for (const app of apps)
    if (!isEnabled(deps, app)) deps.store.properties.set(app.id, acmeSettings.enabled.name, 'true');
  const own = new Set(domainsOf(deps, apps));
  const open = openDomains(deps).filter((domain) => own.has(domain));
  return orderFor(deps, call, open);
};

export const renewLetsencrypt: Handler<'letsencrypt:auto-renew'> = async (deps, call) =>
  orderFor(deps, call, openDomains(deps));

/** Those that have a certificate which is not due yet are left alone: each order counts at the authority. */
function openDomains(deps: Deps): readonly string[] {
  const now = deps.clock.now();
  const open = deps.certificates
    .domains()
    .filter(
      ({ state, ordering }) => ordering || !state.certificate || state.failures > 0 || state.next <= now,
    );
  return open.map(({ state }) => state.domain);
}

export const disableLetsencrypt: Handler<'letsencrypt:disable'> = async (deps, call) => {
  const app = appOf(call);
  const changed = isEnabled(deps, app);
  deps.store.properties.set(app.id, acmeSettings.enabled.name, 'false');
  return { changed };
};

export const isLetsencryptActive: Handler<'letsencrypt:active'> = async (deps, call) => ({
  active: isEnabled(deps, appOf(call)),
});

export const acceptCronJob: Handler<'letsencrypt:cron-job'> = async () => ({});

/**
 * The keys may be known to others: each gets a new certificate before the old one is revoked. Where it gets none, the old
 * one stays: without it nobody would reach the app.
 */
export const revokeLetsencrypt: Handler<'letsencrypt:revoke'> = async (deps, call) => {
  const wanted = new Set(domainsOf(deps, [appOf(call)]));
  const before = deps.store.certificates
    .all()
    .filter(({ ordered }) => ordered !== null && wanted.has(ordered));
  const ordered = await orderFor(deps, call, [...wanted]);
  const revoked: string[] = [];
  const renewed = new Set(ordered.ordered);
  for (const { ordered: domain, directory, chain } of before) {
    if (directory === null || domain === null || !renewed.has(domain)) continue;
    const account = await accountFor(deps, directory, call.signal);
    await deps.acme.revoke(account, chain, call.signal);
    revoked.push(domain);
  }
  return { ...ordered, revoked };
};

/** Where slipwayd ends between the authority's answer and the store, the account is lost, and the next order makes another. */
export const changeAccountKeys: Handler<'letsencrypt:account-key'> = async (deps, call) => {
  const accounts = deps.store.acmeAccounts.all().filter(({ url }) => url !== null);
  for (const account of accounts) {
    const key = await newPrivateKey('ec256');
    await deps.acme.changeKey(account, key, call.signal);
    deps.store.acmeAccounts.set({ ...account, key });
    call.out.detail(`The account at ${account.directory} has a new key`);
  }
  return { directories: accounts.map(({ directory }) => directory) };
};

export const listCertificates: Handler<'letsencrypt:list'> = async (deps, call) => {
  const names = new Set(visibleApps(deps, call).map(({ name }) => name));
  return httpsStandings(deps, call.app?.name)
    .filter(({ app }) => names.has(app))
    .map((standing) => itemOf(deps, standing));
};

function isEnabled(deps: Deps, app: App): boolean {
  return settingOf(deps, app, acmeSettings.enabled).computed === 'true';
}

function domainsOf(deps: Deps, apps: readonly App[]): readonly string[] {
  const names = new Set(apps.map(({ name }) => name));
  const wishes = hostWishes(deps).filter(({ app }) => names.has(app));
  return [...new Set(wishes.flatMap(({ domain }) => domain ?? []))];
}

async function orderFor(deps: Deps, call: Call, domains: readonly string[]) {
  if (domains.length > 0) call.out.step(`Ordering certificates for ${domains.join(', ')}`);
  const failures = await deps.certificates.order(domains);
  return {
    ordered: domains.filter((domain) => !failures.has(domain)),
    failed: [...failures].map(([domain, error]) => ({ domain, message: error.message, hint: hintOf(error) })),
  };
}

function hintOf({ code, hint }: Failure): string {
  return hint ?? failureKind(code).hint;
}

function itemOf(deps: Deps, standing: HttpsStanding): CertificateItem {
  const { app, host, domain, shown, kept } = standing;
  return {
    host,
    app,
    domain,
    state: stateOf(shown?.ordered, kept),
    issuer: shown?.facts.issuer ?? null,
    expires: shown ? isoTime(shown.facts.notAfter) : null,
    next: kept && !kept.ordering ? isoTime(Math.max(kept.state.next, deps.clock.now())) : null,
    note: httpsNote(standing),
  };
}

/** `ordered`: undefined without a certificate, null for one that somebody gave. */
function stateOf(ordered: string | null | undefined, kept: KeptDomain | undefined): CertificateItem['state'] {
  if (kept?.ordering) return 'ordering';
  if (ordered === null) return 'given';
  if (ordered !== undefined) return 'issued';
  return kept ? 'waiting' : 'none';
}
