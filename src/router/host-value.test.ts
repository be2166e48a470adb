import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { HttpsPolicy } from '../model/route.ts';
import { byHost, hostEntry, hostValue, parseHostValue } from './host-value.ts';

const route = (https?: HttpsPolicy) => ({
  app: 'shop',
  hosts: [],
  endpoints: [],
  ...(https ? { https } : {}),
});

function valueOf(https: HttpsPolicy | undefined, isSecure = true): string {
  return hostValue('pool3', hostEntry('shop.dev', route(https), isSecure));
}

describe('what the map holds for a host', () => {
  test('is its backend alone without a certificate, whatever is set', () => {
    const hsts = { maxAge: 60, subdomains: true, preload: true };
    assert.equal(valueOf({ redirect: true, hsts }, false), 'pool3');
  });

  test('says how it is served by https', () => {
    const hsts = { maxAge: 60, subdomains: false, preload: false };
    assert.equal(valueOf(undefined), 'pool3/redirect/off');
    assert.equal(valueOf({ redirect: false, hsts: null }), 'pool3/both/off');
    assert.equal(valueOf({ redirect: true, hsts }), 'pool3/redirect/plain/60');
    assert.equal(
      valueOf({ redirect: false, hsts: { ...hsts, subdomains: true } }),
      'pool3/both/subdomains/60',
    );
    assert.equal(valueOf({ redirect: true, hsts: { ...hsts, preload: true } }), 'pool3/redirect/preload/60');
    assert.equal(valueOf({ redirect: true, hsts: { ...hsts, maxAge: 0 } }), 'pool3/redirect/plain/0');
  });

  test('is read back as it was written', () => {
    const hsts = fc.record({ maxAge: fc.nat(), subdomains: fc.boolean(), preload: fc.boolean() });
    const policy = fc.record({ redirect: fc.boolean(), hsts: fc.option(hsts) });
    fc.assert(
      fc.property(policy, fc.boolean(), fc.nat(), (https, isSecure, number) => {
        const entry = hostEntry('shop.dev', route(https), isSecure);
        const pool = `pool${number}`;
        assert.deepEqual(parseHostValue(hostValue(pool, entry)), { pool, https: entry.https });
      }),
    );
  });
});

test('hosts are sorted by their names', () => {
  const hosts = ['b.dev', '*.a.dev', 'a.dev', 'b.dev'].map((host) => ({ host, https: null }));
  assert.deepEqual(
    hosts.toSorted(byHost).map(({ host }) => host),
    ['*.a.dev', 'a.dev', 'b.dev', 'b.dev'],
  );
});
