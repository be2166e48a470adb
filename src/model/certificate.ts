import type { Secret } from '../base/secret.ts';

/** What a certificate says of itself. Times in milliseconds since 1970. */
export interface CertificateFacts {
  /** Host names that it is for, as domains are stored; `*.` in front stands for one label. */
  readonly names: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  /** Who has signed it: `Let's Encrypt R10`. */
  readonly issuer: string;
  readonly selfSigned: boolean;
  readonly serial: string;
  /** SHA-256 of it in hexadecimal digits. */
  readonly fingerprint: string;
  /** Such as `EC prime256v1`, `RSA 2048`. */
  readonly key: string;
}

/** A certificate that can be served. */
export interface KeyPair {
  /** PEM: the certificate, then those that lead to its authority, without the authority's own. */
  readonly chain: string;
  /** PEM, PKCS #8. */
  readonly key: Secret;
  readonly facts: CertificateFacts;
}

/** A certificate as it is kept. */
export interface Certificate extends KeyPair {
  readonly id: number;
  /** PEM of the chain, then the key. */
  readonly pem: Secret;
  /** The app that it was given for; null: for all. */
  readonly app: string | null;
  /** The domain that it was ordered for; null: somebody gave it. */
  readonly ordered: string | null;
  /** The directory of the authority that it was ordered from. */
  readonly directory: string | null;
  readonly createdAt: number;
  readonly createdBy: string;
}
