import type { Secret } from '../../base/secret.ts';
import type { DnsProviderName } from '../../model/dns-provider.ts';
import { failure } from '../../model/failures.ts';
import type { Prover } from '../acme.ts';
import { ApiRecords, type ApiOptions } from './api-records.ts';
import { cloudflare } from './cloudflare.ts';
import { digitalocean } from './digitalocean.ts';
import { dnsProver } from './dns-prover.ts';
import { hetzner } from './hetzner.ts';
import { ProgramRecords } from './program.ts';
import { Rfc2136Records } from './rfc2136.ts';
import { route53 } from './route53.ts';
import type { UpdateKey } from '../../tools/nsupdate.ts';
import type { TextRecords } from './text-records.ts';

/** How the records of a domain are reached: a login's values, and what else it takes. */
export interface ProviderLogin {
  readonly values: Readonly<Record<string, Secret>>;
  /** The program that `program` calls. */
  readonly program: string;
  /** Name servers that tell whether a record is there, where those of the machine do not. */
  readonly servers: readonly string[];
  readonly api?: ApiOptions;
}

/** What proves domains at a provider. Throws E_DNS_PROVIDER where its login is not whole. */
export function dnsProverOf(provider: DnsProviderName, login: ProviderLogin): Prover {
  const { servers } = login;
  return dnsProver(recordsOf(provider, login), servers.length > 0 ? { servers } : {});
}

function recordsOf(provider: DnsProviderName, login: ProviderLogin): TextRecords {
  if (provider === 'program') return new ProgramRecords(login.program);
  const value = (name: string): Secret => {
    const found = login.values[name];
    if (found) return found;
    throw failure('E_DNS_PROVIDER', `No ${name} is kept for ${provider}`, {
      hint: `slipway letsencrypt:dns ${provider} < FILE`,
    });
  };
  return provider === 'rfc2136'
    ? new Rfc2136Records(updateKey(value, login.values))
    : new ApiRecords(apis[provider](value), login.api ?? {});
}

type Value = (name: string) => Secret;

const apis = {
  cloudflare: (value: Value) => cloudflare(value('TOKEN')),
  digitalocean: (value: Value) => digitalocean(value('TOKEN')),
  hetzner: (value: Value) => hetzner(value('TOKEN')),
  route53: (value: Value) =>
    route53({ keyId: value('ACCESS_KEY_ID').reveal(), secret: value('SECRET_ACCESS_KEY') }),
};

function updateKey(value: Value, values: ProviderLogin['values']): UpdateKey {
  return {
    server: value('SERVER').reveal(),
    port: Number(values['PORT']?.reveal() ?? 53),
    algorithm: algorithmOf(values['ALGORITHM']?.reveal() ?? 'hmac-sha256'),
    keyName: value('KEY_NAME').reveal(),
    secret: value('KEY_SECRET'),
  };
}

const algorithms = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const;

function algorithmOf(text: string): (typeof algorithms)[number] {
  const found = algorithms.find((name) => name === text);
  if (found) return found;
  throw failure('E_DNS_PROVIDER', `ALGORITHM is one of ${algorithms.join(', ')}`);
}
