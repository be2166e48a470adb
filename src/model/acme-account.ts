import type { Secret } from '../base/secret.ts';

/** Whom a certificate authority knows us as. */
export interface AcmeAccount {
  /** Address of the authority's directory. */
  readonly directory: string;
  /** PEM of the account's private key. */
  readonly key: Secret;
  /** Null until the authority has registered it. */
  readonly url: string | null;
  /** Told to the authority, where the user gave one. */
  readonly email: string | null;
  /** External account binding, which some authorities ask for. */
  readonly binding: AccountBinding | null;
}

export interface AccountBinding {
  readonly keyId: string;
  /** As the authority gave it: base64url. */
  readonly hmacKey: Secret;
}
