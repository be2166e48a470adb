import assert from 'node:assert/strict';
import { createHmac, createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { newPrivateKey } from '../base/private-key.ts';
import { Secret } from '../base/secret.ts';
import { boundTo, keyAuthorization, signer, type Jwk, type Signed } from './jws.ts';

const decoded = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());

function holds(jws: Signed, jwk: Jwk): boolean {
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  const input = Buffer.from(`${jws.protected}.${jws.payload}`);
  return verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(jws.signature, 'base64url'));
}

test('a request is signed with a key of either type, and names the account or the key itself', async () => {
  for (const [type, alg] of [
    ['ec256', 'ES256'],
    ['rsa2048', 'RS256'],
  ] as const) {
    const { sign, jwk } = signer((await newPrivateKey(type)).reveal());
    const first = sign({ a: 1 }, { url: 'https://ca/new', nonce: 'n1', account: null });
    assert.deepEqual(decoded(first.protected), { alg, nonce: 'n1', url: 'https://ca/new', jwk });
    assert.deepEqual(decoded(first.payload), { a: 1 });
    assert.ok(holds(first, jwk));
    const later = sign(undefined, { url: 'https://ca/order', nonce: 'n2', account: 'https://ca/acct/1' });
    assert.deepEqual(decoded(later.protected), {
      alg,
      nonce: 'n2',
      url: 'https://ca/order',
      kid: 'https://ca/acct/1',
    });
    assert.equal(later.payload, '');
    assert.ok(holds(later, jwk));
  }
});

test('the private half of a key is in no request', async () => {
  const { jwk } = signer((await newPrivateKey('rsa2048')).reveal());
  assert.deepEqual(Object.keys(jwk), ['e', 'kty', 'n']);
});

test('a token is answered with the thumbprint of the key: the example of RFC 7638, 3.1', () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
  assert.equal(
    keyAuthorization('token', { e: 'AQAB', kty: 'RSA', n }),
    'token.NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
  );
});

test('a binding signs our key with the one of the authority', () => {
  const jwk = { crv: 'P-256', kty: 'EC', x: 'x', y: 'y' };
  const hmacKey = Buffer.from('a shared key');
  const binding = { keyId: 'kid-1', hmacKey: new Secret(hmacKey.toString('base64url')) };
  const bound = boundTo(binding, jwk, 'https://ca/new');
  assert.deepEqual(decoded(bound.protected), { alg: 'HS256', kid: 'kid-1', url: 'https://ca/new' });
  assert.deepEqual(decoded(bound.payload), jwk);
  const expected = createHmac('sha256', hmacKey).update(`${bound.protected}.${bound.payload}`);
  assert.equal(bound.signature, expected.digest('base64url'));
});
