import type { KeyType } from '../base/private-key.ts';
import type { Secret } from '../base/secret.ts';
import type { AcmeAccount } from '../model/acme-account.ts';

export type { AccountBinding, AcmeAccount } from '../model/acme-account.ts';

export interface CertificateWish {
  /** One domain, or one wildcard such as `*.example.com`. */
  readonly domain: string;
  readonly keyType: KeyType;
  /** PEM of the certificate that this one takes the place of, which the authority is told (RFC 9773, 5). */
  readonly replaces: string | null;
  /** Such as `shortlived`, where the authority has profiles. */
  readonly profile: string | null;
}

/** What the authority will look for: a file of the domain, or a TXT record. */
export type Proof =
  | { readonly kind: 'http-01'; readonly domain: string; readonly token: string; readonly answer: string }
  | { readonly kind: 'dns-01'; readonly domain: string; readonly record: string; readonly value: string };

/**
 * Puts a proof where the authority finds it, and takes it away. `show` returns when it can be found; `hide` is called
 * after it in any case, also where it failed or was aborted.
 */
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
  /** Proofs that could not be taken away again, a line each; they harm nobody. */
  readonly leftBehind: readonly string[];
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
 * All throw E_ACME_*, with what the authority said itself in the text, and in `retryAfter` when it may be asked again;
 * and the signal's reason.
 */
export interface Acme {
  /** Registers the account, or finds the one that has its key, and has it have this e-mail address. Gives its address. */
  register(account: AcmeAccount, signal: AbortSignal): Promise<string>;

  /**
   * Proves that the domain is ours, and gets a certificate for it with a key of its own. E_ACME_PROOF: the authority
   * looked and did not find the proof; E_ACME_ACCOUNT: it does not know the account, say, any more.
   */
  order(
    account: AcmeAccount,
    wish: CertificateWish,
    options: { readonly prover: Prover; readonly signal: AbortSignal },
  ): Promise<IssuedCertificate>;

  /** When the authority wants a certificate renewed (RFC 9773); null: it does not say. */
  renewalWindow(directory: string, chain: string, signal: AbortSignal): Promise<RenewalWindow | null>;

  /** Revokes a certificate; one that is revoked already is fine. */
  revoke(account: AcmeAccount, chain: string, signal: AbortSignal): Promise<void>;

  /**
   * Gives the account this key (PEM); the old one does not work any more. Where the answer is lost, a second call with the
   * same finds that it is done.
   */
  changeKey(account: AcmeAccount, key: Secret, signal: AbortSignal): Promise<void>;
}
