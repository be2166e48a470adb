import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../base/failure.ts';
import { normalizeDomain } from './domain.ts';

describe('normalizeDomain', () => {
  it('gives lowercase, punycode, and no closing dot', () => {
    const same = [
      'shop.example.com',
      'localhost',
      '*.example.com',
      'xn--mller-kva.example',
      '1.2.3.4',
      'a-b.c',
    ];
    for (const domain of same) assert.equal(normalizeDomain(domain), domain);
    assert.equal(normalizeDomain('Shop.EXAMPLE.com.'), 'shop.example.com');
    assert.equal(normalizeDomain('Müller.example'), 'xn--mller-kva.example');
    assert.equal(normalizeDomain('*.Müller.example'), '*.xn--mller-kva.example');
  });

  it('takes names of the longest form, and none that is longer', () => {
    const label = 'a'.repeat(63);
    assert.equal(normalizeDomain(`${label}.com`), `${label}.com`);
    const longest = `${[label, label, label].join('.')}.${'a'.repeat(61)}`;
    assert.equal(normalizeDomain(longest), longest);
    for (const wrong of [`${label}a.com`, `${longest}a`, 'ä'.repeat(250)]) refused(wrong);
  });

  it('refuses everything else, by name', () => {
    const stars = ['*', '*.', '*.*.com', 'a.*.com', '*a.com'];
    const labels = ['', '.', '..', '-a.com', 'a-.com', 'a..com', '.com', 'a_b.com', 'a.com..'];
    const addresses = [
      'a.com:80',
      'http://a.com',
      'a.com/x',
      'a.com?',
      'a.com#',
      'a@b.com',
      '[::1]',
      '%61.com',
    ];
    const hidden = ['a b.com', 'a.com\n', '\na.com', 'a\0.com', 'a.com\r\nHost: b', 'ä\n.com', 'ä/x.com'];
    const wrong = [...stars, ...labels, ...addresses, ...hidden];
    for (const domain of wrong) refused(domain);
  });
});

function refused(domain: string): void {
  assert.throws(
    () => normalizeDomain(domain),
    (error) =>
      error instanceof Failure &&
      error.code === 'E_INPUT' &&
      error.message.startsWith(JSON.stringify(domain)),
    domain,
  );
}
