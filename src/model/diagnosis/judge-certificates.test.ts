import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeCertificates, type CertificateFact } from './judge-certificates.ts';

const day = 86_400_000;

/** One of 90 days from 1970 on. */
const shown = { notBefore: 0, notAfter: 90 * day, given: false };
const fine: CertificateFact = {
  app: 'shop',
  host: 'a.dev',
  domain: 'a.dev',
  shown,
  reason: null,
  held: null,
  failed: null,
};
const failed = { code: 'E_ACME_PROOF', message: 'the authority cannot connect' };

/** What is not well after so many days. */
function judge(change: Partial<CertificateFact>, days: number) {
  return judgeCertificates([{ ...fine, ...change }], days * day)
    .slice(1)
    .map(({ state, text, fix }) => ({ state, text, fix }));
}

test('certificates that are valid and renewed are counted only', () => {
  const found = judgeCertificates([fine, { ...fine, host: 'b.dev', domain: 'b.dev', shown: null }], 80 * day);
  assert.deepEqual(
    found.map(({ state, text }) => `${state}: ${text}`),
    ['ok: https serves 1 of 2 host names'],
  );
});

test('a certificate in its last third whose tries fail is a warning, in its last tenth it is broken', () => {
  assert.deepEqual(judge({ failed }, 50), []);
  const text =
    'The certificate for a.dev of shop expires on 1970-04-01, and is not renewed: the authority cannot connect';
  const fix = 'slipway letsencrypt:enable shop tries it now, and tells what to do';
  assert.deepEqual(judge({ failed }, 61), [{ state: 'warning', text, fix }]);
  assert.deepEqual(judge({ failed }, 82), [{ state: 'broken', text, fix }]);
});

test('one that has expired is broken, whoever it is from', () => {
  const [automatic] = judge({ failed }, 91);
  assert.equal(automatic?.state, 'broken');
  assert.equal(
    automatic?.text,
    'The certificate for a.dev of shop expired on 1970-04-01: the authority cannot connect',
  );
  const [disabled] = judge({ domain: null, reason: 'disabled' }, 91);
  assert.deepEqual([disabled?.state, disabled?.fix], ['broken', 'slipway letsencrypt:enable shop']);
});

test('a given one is told of two weeks before its end, since nobody renews it', () => {
  const given = { domain: null, reason: 'it has one that was given', shown: { ...shown, given: true } };
  assert.deepEqual(judge(given, 75), []);
  assert.deepEqual(judge(given, 77), [
    {
      state: 'warning',
      text: 'The certificate for a.dev of shop, which was given, expires on 1970-04-01',
      fix: 'slipway certs:add shop CRT KEY, or slipway certs:remove shop: then one comes by itself',
    },
  ]);
});

test('a host that waits for its first one is told with why; where nobody can do anything, so is that', () => {
  const fixOf = (change: Partial<CertificateFact>) => judge({ shown: null, ...change }, 0)[0]?.fix;
  assert.equal(
    judge({ shown: null, failed }, 0)[0]?.text,
    'a.dev of shop has no https yet: the authority cannot connect',
  );
  assert.equal(
    fixOf({ failed: { code: 'E_ACME_LIMIT', message: 'too many' } }),
    'nothing to do: it is asked again when it may be',
  );
  assert.equal(
    fixOf({ held: '4 certificates for the domain' }),
    'nothing to do: it is ordered as soon as it may be',
  );
  assert.equal(fixOf({ domain: null, reason: 'the name has one word only' }), undefined);
});

test('hosts under one wildcard are told of once', () => {
  const under = (host: string) => ({ ...fine, host, domain: '*.apps.dev', shown: null, failed });
  const found = judgeCertificates([under('a.apps.dev'), under('b.apps.dev')], 0).slice(1);
  assert.deepEqual(
    found.map(({ text }) => text),
    ['*.apps.dev of shop has no https yet: the authority cannot connect'],
  );
});
