import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../base/secret.ts';
import type { Certificate } from './certificate.ts';
import { certificateFor, certificatesByName, planCertificates } from './plan-certificates.ts';

const now = 1000;
const tls = { minVersion: '1.2', http2: true } as const;

function certificate(
  id: number,
  names: string[],
  more: Partial<Certificate> & { until?: number } = {},
): Certificate {
  const { until = 2000, ...rest } = more;
  const facts = {
    names,
    notBefore: 0,
    notAfter: until,
    issuer: 'Test',
    selfSigned: false,
    serial: String(id),
    fingerprint: String(id),
    key: 'EC prime256v1',
  };
  const kept = {
    app: null,
    ordered: names[0] ?? null,
    directory: 'https://ca.test/',
    createdAt: 0,
    createdBy: 'slipwayd',
  };
  return { id, chain: '', key: new Secret(''), pem: new Secret(`pem${id}`), facts, ...kept, ...rest };
}

const given = { ordered: null, directory: null } as const;
const route = (app: string, ...hosts: string[]) => ({ app, hosts, endpoints: [] });

describe('the certificate for a host', () => {
  const chosen = (host: string, ...certificates: Certificate[]) =>
    certificateFor(host, 'shop', { byName: certificatesByName(certificates), now })?.id;

  test('names it, or has a wildcard in place of its first label only', () => {
    assert.equal(chosen('a.test', certificate(1, ['b.test'])), undefined);
    assert.equal(chosen('a.test', certificate(1, ['b.test', 'a.test'])), 1);
    assert.equal(chosen('x.a.test', certificate(1, ['*.a.test'])), 1);
    assert.equal(chosen('y.x.a.test', certificate(1, ['*.a.test'])), undefined);
    assert.equal(chosen('a.test', certificate(1, ['*.a.test'])), undefined);
    assert.equal(chosen('*.a.test', certificate(1, ['*.a.test'])), 1);
    assert.equal(chosen('*.a.test', certificate(1, ['*.test'])), undefined);
  });

  test('is one that was given, of the app first, then the one that lasts longest', () => {
    const names = ['a.test'];
    const ordered = certificate(1, names, { until: 9000 });
    const longer = certificate(2, names, { until: 9001 });
    const forAll = certificate(3, names, given);
    const own = certificate(4, names, { ...given, app: 'shop' });
    const foreign = certificate(5, names, { ...given, app: 'blog' });
    assert.equal(chosen('a.test', ordered, longer), 2);
    assert.equal(chosen('a.test', longer, forAll, foreign), 3);
    assert.equal(chosen('a.test', longer, own, forAll, foreign), 4);
    assert.equal(chosen('a.test', foreign), undefined);
  });

  test('is one that is valid before one that was given, and an expired one where there is no other', () => {
    const expired = certificate(1, ['a.test'], { ...given, until: 1000 });
    assert.equal(chosen('a.test', expired, certificate(2, ['a.test'])), 2);
    assert.equal(chosen('a.test', expired), 1);
  });
});

describe('which certificates are shown', () => {
  const shown = (certificates: Certificate[], ...routes: ReturnType<typeof route>[]) =>
    planCertificates(routes, { byName: certificatesByName(certificates), now, tls }).map(({ hosts, pem }) => [
      pem.reveal(),
      ...hosts,
    ]);

  test('for hosts of apps only, each once', () => {
    const both = certificate(1, ['a.test', 'b.test', 'c.test']);
    assert.deepEqual(shown([both], route('shop', 'b.test', 'a.test'), route('blog', 'd.test')), [
      ['pem1', 'a.test', 'b.test'],
    ]);
    assert.deepEqual(shown([both]), []);
  });

  test('that of an app is not shown for another one, whatever it names', () => {
    const own = certificate(1, ['a.test', '*.test'], { ...given, app: 'shop' });
    assert.deepEqual(shown([own], route('shop', 'a.test', 'x.test'), route('blog', 'b.test')), [
      ['pem1', 'a.test', 'x.test'],
    ]);
  });

  test('a wildcard for all is shown as such, so that a new app changes nothing', () => {
    const wildcard = certificate(1, ['*.apps.test']);
    const one = shown([wildcard], route('shop', 'shop.apps.test'));
    assert.deepEqual(one, [['pem1', '*.apps.test']]);
    assert.deepEqual(
      shown([wildcard], route('shop', 'shop.apps.test'), route('blog', 'blog.apps.test')),
      one,
    );
  });

  test('but where an app has the wildcard itself, with a certificate of its own', () => {
    const forAll = certificate(1, ['*.wiki.test']);
    const own = certificate(2, ['*.wiki.test'], { ...given, app: 'wiki' });
    assert.deepEqual(shown([forAll, own], route('wiki', '*.wiki.test'), route('blog', 'blog.wiki.test')), [
      ['pem2', '*.wiki.test'],
      ['pem1', 'blog.wiki.test'],
    ]);
  });
});
