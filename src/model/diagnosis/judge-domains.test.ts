import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeDomains, needsNoLookup } from './judge-domains.ts';

test('domains that lead here are counted, the others are told with where they lead', () => {
  const answer = { app: 'shop', addresses: [], problem: null };
  const found = judgeDomains(
    [
      { ...answer, domain: 'a.example.com', addresses: ['192.0.2.1', '2001:db8::1'] },
      { ...answer, domain: 'b.example.com', addresses: ['198.51.100.7'] },
      { ...answer, domain: 'c.example.com' },
      { ...answer, domain: 'd.example.com', problem: 'ETIMEOUT' },
    ],
    ['192.0.2.1', '2001:db8::1'],
  );
  assert.deepEqual(
    found.map(({ state, text }) => `${state}: ${text}`),
    [
      'ok: 1 of 4 domains of apps lead here',
      'warning: b.example.com of shop leads to 198.51.100.7, which is no address of this machine',
      'warning: c.example.com of shop has no address',
      'warning: d.example.com of shop could not be looked up: ETIMEOUT',
    ],
  );
});

test('one that leads elsewhere too is told which record to remove, but for an address of NAT', () => {
  const judged = (addresses: readonly string[], own: readonly string[]) =>
    judgeDomains([{ app: 'shop', domain: 'a.dev', addresses, problem: null }], own)
      .slice(1)
      .map(({ text, fix }) => [text, fix]);
  const told = (address: string, kind: string) => [
    [
      `a.dev of shop leads here, and to ${address} too, which is no address of this machine`,
      `remove the ${kind} record for ${address}: authorities and browsers may take it first`,
    ],
  ];
  assert.deepEqual(judged(['192.0.2.1', '2001:db8::1'], ['192.0.2.1']), told('2001:db8::1', 'AAAA'));
  assert.deepEqual(judged(['192.0.2.1', '192.0.2.2'], ['192.0.2.1']), told('192.0.2.2', 'A'));
  assert.deepEqual(judged(['192.0.2.1', '2001:db8::1'], ['10.0.0.2', '2001:db8::1']), []);
});

test('names that mean this machine, or hold their address, are not looked up', () => {
  for (const domain of ['shop.localhost', 'localhost', 'shop.192-0-2-1.sslip.io'])
    assert.equal(needsNoLookup(domain), true);
  for (const domain of ['shop.example.com', 'notlocalhost', 'sslip.io.example.com'])
    assert.equal(needsNoLookup(domain), false);
});
