import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../base/secret.ts';
import { dnsProviderNames, dnsProviders } from '../../model/dns-provider.ts';
import { failsWith } from '../acme.contract.ts';
import { dnsProverOf } from './dns-provider.ts';

const values = (login: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(login).map(([name, value]) => [name, new Secret(value)]));

const proverOf = (provider: Parameters<typeof dnsProverOf>[0], login: Readonly<Record<string, string>>) =>
  dnsProverOf(provider, { values: values(login), program: '/nonexistent', servers: [] });

const whole = { SERVER: '127.0.0.1', KEY_NAME: 'slipway', KEY_SECRET: 'c2VjcmV0' };

describe('a provider with its login', () => {
  test('proves by DNS, each of the table', () => {
    for (const name of dnsProviderNames) {
      const login = Object.fromEntries(Object.keys(dnsProviders[name].values).map((value) => [value, '53']));
      assert.equal(
        proverOf(name, { ...login, ...(name === 'rfc2136' ? { ...whole, ALGORITHM: 'hmac-sha512' } : {}) })
          .kind,
        'dns-01',
      );
    }
    assert.equal(proverOf('rfc2136', whole).kind, 'dns-01');
  });

  test('that is not kept, or lacks a value, says which and how it is given', () => {
    for (const name of dnsProviderNames.filter((one) => one !== 'program')) {
      assert.throws(
        () => proverOf(name, {}),
        (error) => {
          failsWith('E_DNS_PROVIDER', /^No [A-Z_]+ is kept for /)(error);
          assert.equal((error as { hint?: string }).hint, `slipway letsencrypt:dns ${name} < FILE`);
          return true;
        },
      );
    }
    const { KEY_SECRET: _, ...rest } = whole;
    assert.throws(() => proverOf('rfc2136', rest), failsWith('E_DNS_PROVIDER', /No KEY_SECRET/));
  });

  test('with an algorithm that is none', () => {
    assert.throws(
      () => proverOf('rfc2136', { ...whole, ALGORITHM: 'md5' }),
      failsWith('E_DNS_PROVIDER', /ALGORITHM is one of hmac-sha256/),
    );
  });
});
