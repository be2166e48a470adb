import { z } from 'zod';
import { authorities, authorityProblem } from '../../model/authority.ts';
import { dnsProviderNames, dnsProviders, isDnsProvider } from '../../model/dns-provider.ts';
import { app, checked, flag, optionalApp, requiredOption, stdin, word } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, listing, step, warning } from '../print.ts';
import { propertySetter, switchProblem } from '../property.ts';

/** A host of an app, and how its certificate stands. */
const item = z.object({
  host: z.string(),
  app: z.string(),
  /** What is ordered for it: the host itself, or a wildcard that it is under. */
  domain: z.string().nullable(),
  state: z.enum(['issued', 'ordering', 'waiting', 'given', 'none']),
  issuer: z.string().nullable(),
  expires: z.iso.datetime().nullable(),
  /** When it is renewed, or tried again. */
  next: z.iso.datetime().nullable(),
  /** What the last try failed with, what is waited for, or why there is none. */
  note: z.string(),
});

type Item = z.infer<typeof item>;

function rowsOf(items: readonly Item[]) {
  const day = (time: string | null) => time?.slice(0, 16).replace('T', ' ') ?? '';
  return listing([
    ['DOMAIN', 'APP', 'STATE', 'EXPIRES', 'NEXT', 'NOTE'],
    ...items.map(({ host, app: name, state, expires, next, note }) => [
      host,
      name,
      state,
      day(expires),
      day(next),
      note,
    ]),
  ]);
}

function keyIdProblem(id: string): string | undefined {
  return /^[\w-][\w.=-]{0,199}$/.test(id) ? undefined : 'The key id is one word, as the authority shows it';
}

const outcome = z.object({
  ordered: z.array(z.string()).readonly(),
  failed: z.array(z.object({ domain: z.string(), message: z.string(), hint: z.string() })).readonly(),
});

function showOutcome({ ordered, failed }: z.infer<typeof outcome>) {
  return [
    ...ordered.map((domain) => detail(`${domain} is served by https`)),
    ...failed.flatMap(({ message, hint }) => [warning(message), detail(`Fix: ${hint}`)]),
    ...(ordered.length + failed.length === 0
      ? [detail('Nothing waits for a certificate: slipway letsencrypt:list')]
      : []),
  ];
}

export const letsencrypt = {
  'letsencrypt:set': propertySetter({
    summary: 'Set how certificates come by themselves',
    right: 'app:config',
    examples: ['letsencrypt:set shop server staging', 'letsencrypt:set --global email ops@example.com'],
    properties: {
      email: {
        help: 'the address that the authority may write to; none without it. It is told at once where it knows us already',
        problem: (value) =>
          /^[^\s@<>"\\]{1,64}@[A-Za-z0-9.-]{1,190}$/.test(value)
            ? undefined
            : 'email is an address such as ops@example.com',
      },
      server: {
        help: 'the authority: production (the default) and staging of Let’s Encrypt, zerossl, google, or the https address of an ACME directory',
        problem: authorityProblem,
      },
      'fallback-server': {
        help: 'the authority that is asked where the first one did not answer, or took no more, three times in a row; none without it. One that asks for an account of yours gets it by letsencrypt:account',
        problem: authorityProblem,
        only: 'global',
      },
      'key-type': {
        help: 'ec256 (the default), or rsa2048 for very old clients',
        problem: (value) =>
          value === 'ec256' || value === 'rsa2048' ? undefined : 'key-type is ec256 or rsa2048',
      },
      profile: {
        help: 'what kind of certificate, where the authority has profiles, such as shortlived for six days',
        problem: (value) =>
          /^[a-z0-9-]{1,40}$/.test(value) ? undefined : 'profile is a word such as shortlived',
      },
      'dns-provider': {
        help: `proves domains by DNS, which wildcards need: one of ${dnsProviderNames.join(', ')}; letsencrypt:dns gives it its login. The global domains get a wildcard then, so that a new app has https at once`,
        problem: (value) =>
          isDnsProvider(value) ? undefined : `dns-provider is one of ${dnsProviderNames.join(', ')}`,
      },
      enabled: {
        help: 'whether certificates come by themselves; true without it',
        problem: switchProblem('enabled'),
      },
    },
  }),
  'letsencrypt:dns': operation({
    summary: 'Keep the login with which a DNS provider is asked to change records',
    description: [
      'The values come on standard input, one NAME=VALUE a line, and are kept sealed:',
      ...Object.entries(dnsProviders).map(
        ([name, { title, values }]) =>
          `${name}: ${[title, ...Object.entries(values).map(([key, what]) => `${key} (${what})`)].join('; ')}`,
      ),
    ].join('\n'),
    examples: ['letsencrypt:dns cloudflare < login.env'],
    right: 'server:admin',
    mutates: true,
    input: {
      provider: word(
        z.enum(dnsProviderNames, { error: `The provider is one of: ${dnsProviderNames.join(', ')}` }),
        {
          help: dnsProviderNames.join(', '),
          placeholder: 'PROVIDER',
          choices: dnsProviderNames,
        },
      ),
      login: stdin({ help: 'NAME=VALUE lines' }),
    },
    output: z.object({ provider: z.string(), values: z.array(z.string()).readonly() }),
    subject: ({ provider }) => provider,
    show: ({ provider, values }) => [
      step(`Kept the login for ${provider}: ${values.join(', ')}`),
      detail(`Use it: slipway letsencrypt:set --global dns-provider ${provider}`),
    ],
  }),
  'letsencrypt:account': operation({
    summary:
      'Keep the account that you have at a certificate authority, where it asks for one (as ZeroSSL and Google do)',
    description:
      'The authority shows a key id and an HMAC key (external account binding). The HMAC key comes on standard input and is kept sealed. We register with it at once, with a new account key.',
    examples: [
      'letsencrypt:account zerossl --key-id KEYID < hmac-key',
      'letsencrypt:account https://ca.example.com/directory --key-id KEYID < hmac-key',
    ],
    right: 'server:admin',
    mutates: true,
    input: {
      server: word(checked(authorityProblem), {
        help: `${Object.keys(authorities).join(', ')}, or the https address of an ACME directory`,
        placeholder: 'SERVER',
        choices: Object.keys(authorities),
      }),
      keyId: requiredOption(checked(keyIdProblem), {
        help: 'the key id, as the authority shows it',
        placeholder: 'KEYID',
      }),
      key: stdin({ help: 'the HMAC key, as the authority shows it' }),
    },
    output: z.object({ directory: z.string() }),
    subject: ({ server }) => server,
    show: ({ directory }, { input }) => [
      step(`Registered at ${directory}`),
      detail(`Use it: slipway letsencrypt:set --global fallback-server ${input.server}, or server`),
    ],
  }),
  'letsencrypt:enable': operation({
    summary: 'Have certificates come by themselves for an app or for all, and order them now',
    description:
      'That is so for every app unless it was disabled: this also orders at once what waits for its next try, and tells what keeps a domain from it. A certificate that serves and is not due yet is left alone.',
    examples: ['letsencrypt:enable shop', 'letsencrypt:enable --all'],
    right: 'app:config',
    mutates: true,
    lasts: true,
    besideLane: true,
    aliases: ['letsencrypt'],
    input: { app: optionalApp(), all: flag({ help: 'all apps, those for which it was disabled too' }) },
    problem: (input) =>
      (input.app === null) === input.all ? undefined : 'It is for one app, or for all by --all',
    output: outcome,
    show: showOutcome,
  }),
  'letsencrypt:auto-renew': operation({
    summary: 'Order at once what the apps still wait for, and renew what is due',
    description: 'That happens by itself: this does not wait for the next try.',
    examples: ['letsencrypt:auto-renew'],
    right: 'server:admin',
    mutates: true,
    lasts: true,
    input: {},
    output: outcome,
    show: showOutcome,
  }),
  'letsencrypt:disable': operation({
    summary: 'Order no certificates for an app any more; those that it has serve until they expire',
    examples: ['letsencrypt:disable shop'],
    right: 'app:config',
    mutates: true,
    input: { app: app() },
    output: z.object({ changed: z.boolean() }),
    show: ({ changed }, { input }) =>
      changed ? [step(`No certificates are ordered for ${input.app} any more`)] : [detail('Nothing changed')],
  }),
  'letsencrypt:revoke': operation({
    summary: 'Revoke the automatic certificates of an app, and order new ones with other keys',
    description: 'For a key that others may have seen.',
    examples: ['letsencrypt:revoke shop'],
    right: 'app:config',
    mutates: true,
    lasts: true,
    besideLane: true,
    input: { app: app() },
    output: outcome.extend({ revoked: z.array(z.string()).readonly() }),
    show: ({ revoked, ...rest }) => [
      ...revoked.map((domain) => detail(`Revoked the certificate for ${domain}`)),
      ...showOutcome(rest),
    ],
  }),
  'letsencrypt:list': operation({
    summary: 'List the domains of apps and how their certificates stand',
    examples: ['letsencrypt:list', 'letsencrypt:list shop', 'letsencrypt:list --format json'],
    right: 'app:read',
    mutates: false,
    input: { app: optionalApp() },
    output: z.array(item).readonly(),
    listing: 'list',
    aliases: ['letsencrypt:ls'],
    show: rowsOf,
  }),
  'letsencrypt:active': operation({
    summary: 'Tell by the exit status whether certificates come by themselves for an app',
    examples: ['letsencrypt:active shop'],
    right: 'app:read',
    mutates: false,
    input: { app: app() },
    output: z.object({ active: z.boolean() }),
    show: ({ active }) => [{ kind: 'out' as const, text: String(active) }],
    exit: ({ active }) => (active ? 0 : 1),
  }),
  'letsencrypt:cron-job': operation({
    summary: 'Accepted for scripts that are written for Dokku: renewal is always on',
    examples: ['letsencrypt:cron-job --add'],
    right: 'server:admin',
    mutates: false,
    input: { add: flag({ help: 'nothing' }), remove: flag({ help: 'nothing' }) },
    output: z.object({}),
    show: () => [detail('Certificates are renewed by themselves; there is no job to add or to remove')],
  }),
  'letsencrypt:account-key': operation({
    summary: 'Give the accounts at certificate authorities new keys',
    description: 'For a key that others may have seen; certificates stay as they are.',
    examples: ['letsencrypt:account-key'],
    right: 'server:admin',
    mutates: true,
    input: {},
    output: z.object({ directories: z.array(z.string()).readonly() }),
    show: ({ directories }) =>
      directories.length === 0
        ? [detail('There is no account yet')]
        : directories.map((directory) => detail(`New key at ${directory}`)),
  }),
};

export type { Item as CertificateItem };
