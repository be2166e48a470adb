import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  type KeyObject,
} from 'node:crypto';
import { failure } from '../model/failures.ts';
import type { AccountBinding } from './acme.ts';

/*
 * Signed requests of ACME: JSON Web Signature in its flattened form (RFC 7515, RFC 8555 6.2) by ES256 or RS256.
 */

export interface Signed {
  readonly protected: string;
  readonly payload: string;
  readonly signature: string;
}

/** The public half of an account's key; its members in the order of their names, as the thumbprint wants them. */
export type Jwk = Readonly<Record<string, string>>;

export interface Signer {
  readonly jwk: Jwk;
  /** Whose key it is: the account's address, or the key itself for a request that comes before the account. */
  sign(payload: unknown, header: SignedHeader): Signed;
}

export interface SignedHeader {
  readonly url: string;
  readonly nonce?: string;
  /** Address of the account; null: the key itself is sent. */
  readonly account: string | null;
}

/** Signs with an account's key: EC P-256 or RSA. Throws E_ACME_ACCOUNT for another. */
export function signer(pem: string): Signer {
  const key = createPrivateKey(pem);
  const jwk = publicJwk(key);
  return {
    jwk,
    sign(payload, { url, nonce, account }) {
      const header = {
        alg: jwk['kty'] === 'EC' ? 'ES256' : 'RS256',
        ...(nonce === undefined ? {} : { nonce }),
        url,
        ...(account === null ? { jwk } : { kid: account }),
      };
      return signed(header, payload, (input) =>
        signBytes('sha256', input, { key, dsaEncoding: 'ieee-p1363' }),
      );
    },
  };
}

/** What ties a new account to one that its owner has with the authority already (RFC 8555, 7.3.4). */
export function boundTo(binding: AccountBinding, jwk: Jwk, url: string): Signed {
  const hmacKey = Buffer.from(binding.hmacKey.reveal(), 'base64url');
  return signed({ alg: 'HS256', kid: binding.keyId, url }, jwk, (input) =>
    createHmac('sha256', hmacKey).update(input).digest(),
  );
}

/** What a token is answered with: it proves that the account's key is ours (RFC 8555, 8.1). */
export function keyAuthorization(token: string, jwk: Jwk): string {
  return `${token}.${digest(JSON.stringify(jwk))}`;
}

/** SHA-256 as base64url. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Without a payload, the empty text: a request that only reads (POST-as-GET). */
function signed(header: unknown, payload: unknown, sign: (input: Buffer) => Buffer): Signed {
  const first = encoded(header);
  const second = payload === undefined ? '' : encoded(payload);
  const signature = sign(Buffer.from(`${first}.${second}`)).toString('base64url');
  return { protected: first, payload: second, signature };
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function publicJwk(key: KeyObject): Jwk {
  const { kty, crv, x, y, n, e } = createPublicKey(key).export({ format: 'jwk' });
  if (kty === 'EC' && crv === 'P-256' && x && y) return { crv, kty, x, y };
  if (kty === 'RSA' && n && e) return { e, kty, n };
  throw failure('E_ACME_ACCOUNT', 'the key of the account is neither EC P-256 nor RSA');
}
