import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { newPrivateKey } from '../base/private-key.ts';
import type { Secret } from '../base/secret.ts';
import { failsWith } from './acme.contract.ts';
import { checkedChain } from './check-chain.ts';
import { MemoryIssuer } from './memory-issuer.ts';

const issuer = new MemoryIssuer();
const validity = { from: Date.UTC(2026), to: Date.UTC(2027) };
let key: Secret;
before(async () => {
  key = await newPrivateKey('ec256');
});
const issue = (domain: string) => issuer.issue(domain, key, validity);

test('a chain in order is given as it came, without what stands around it', () => {
  const chain = issue('shop.example.com');
  assert.equal(checkedChain(chain, 'shop.example.com', key), chain);
  const talkative = chain.replaceAll('-----BEGIN', 'subject=a\n\n-----BEGIN').replaceAll('\n', '\r\n');
  assert.equal(checkedChain(talkative, 'shop.example.com', key).replaceAll('\r', ''), chain);
});

test('a wildcard is for its wildcard, and for nothing else', () => {
  const chain = issue('*.example.com');
  assert.equal(checkedChain(chain, '*.example.com', key), chain);
  assert.throws(
    () => checkedChain(chain, 'example.com', key),
    failsWith('E_ACME', /is not for example\.com/),
  );
  assert.throws(() => checkedChain(issue('shop.example.com'), '*.example.com', key), failsWith('E_ACME'));
});

test('a certificate of another key is refused', async () => {
  const other = await newPrivateKey('ec256');
  assert.throws(
    () => checkedChain(issue('a.example'), 'a.example', other),
    failsWith('E_ACME', /another key/),
  );
});

test('a chain that is not in order is refused', () => {
  const stranger = new MemoryIssuer().root;
  const [leaf = ''] = issue('a.example').split(/(?<=-----END CERTIFICATE-----\n)/);
  assert.throws(() => checkedChain(leaf + stranger, 'a.example', key), failsWith('E_ACME', /not in order/));
});

test('what is no certificate is refused', () => {
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  assert.throws(() => checkedChain('<html>', 'a.example', key), failsWith('E_ACME', /holds none/));
  assert.throws(() => checkedChain(broken, 'a.example', key), failsWith('E_ACME', /cannot be read/));
});
