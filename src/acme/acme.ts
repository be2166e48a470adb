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

export type KeyType = 'ec256' | 'rsa2048';

export interface CertificateWish {
  /** One domain, or one wildcard such as `*.example.com`. */
  readonly domain: string;
  readonly keyType: KeyType;
  /** ARI id (RFC 9773, 4.1) of the certificate that this one takes the place of. */
  readonly replaces: string | null;
  /** Such as `shortlived`, where the authority has profiles. */
  readonly profile: string | null;
}

/** What the authority will look for: a file of the domain, or a TXT record. */
export type Proof =
  | { readonly kind: 'http-01'; readonly domain: string; readonly token: string; readonly answer: string }
  | { readonly kind: 'dns-01'; readonly domain: string; readonly record: string; readonly value: string };

/** Puts a proof where the authority finds it, and takes it away. `show` returns when it can be found. */
export interface Prover {
  readonly kind: Proof['kind'];
  show(proof: Proof, signal: AbortSignal): Promise<void>;
  hide(proof: Proof): Promise<void>;
}

export interface IssuedCertificate {
  /** PEM, the domain's own certificate first. */
  readonly chain: string;
  /** PEM. */
  readonly key: Secret;
}

export interface RenewalWindow {
  readonly start: Date;
  readonly end: Date;
  /** Page of the authority that tells why. */
  readonly explanation: string | null;
  /** Milliseconds until it may be asked again. */
  readonly askAgainAfter: number;
}

/**
 * A certificate authority that speaks ACME (RFC 8555). Drivers: client, memory. Every driver passes acme.contract.ts.
 * All throw E_ACME_*; what the authority said itself is in the failure's text, and when it may be asked again in its
 * detail `retryAfter`, in milliseconds.
 */
export interface Acme {
  /** Registers the account, or finds the one that has its key. Gives its address. */
  register(account: AcmeAccount, signal: AbortSignal): Promise<string>;

  /** Proves that the domain is ours, and gets a certificate for it with a key of its own. */
  order(
    account: AcmeAccount,
    wish: CertificateWish,
    options: { readonly prover: Prover; readonly signal: AbortSignal },
  ): Promise<IssuedCertificate>;

  /** When the authority wants a certificate renewed (RFC 9773); null: it does not say. */
  renewalWindow(directory: string, chain: string, signal: AbortSignal): Promise<RenewalWindow | null>;

  /** Revokes a certificate; one that is revoked already is fine. */
  revoke(account: AcmeAccount, chain: string, signal: AbortSignal): Promise<void>;

  /** Gives the account a new key. Gives its PEM; the old one does not work any more. */
  changeKey(account: AcmeAccount, signal: AbortSignal): Promise<Secret>;
}
