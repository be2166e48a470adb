import { randomUUID, X509Certificate } from 'node:crypto';
import { systemClock, type Clock } from '../base/clock.ts';
import type { Failure } from '../base/failure.ts';
import { newPrivateKey } from '../base/private-key.ts';
import type { Secret } from '../base/secret.ts';
import { failure } from '../model/failures.ts';
import type {
  Acme,
  AcmeAccount,
  CertificateWish,
  IssuedCertificate,
  Proof,
  Prover,
  RenewalWindow,
} from './acme.ts';
import { checkedChain } from './check-chain.ts';
import { signer } from './jws.ts';
import { MemoryIssuer } from './memory-issuer.ts';
import { proofFor, withProof } from './prove.ts';

const day = 86_400_000;

/** An authority that is real but for its network: it outlives the drivers that are made for it. */
export class MemoryAuthority {
  readonly issuer = new MemoryIssuer();
  clock: Clock;
  /** Every order that was made, also of those that failed. */
  readonly orders: CertificateWish[] = [];
  /** Serial numbers. */
  readonly revoked = new Set<string>();
  /** Addresses by key. */
  readonly accounts = new Map<string, string>();
  /** E-mail addresses by addresses of accounts. */
  readonly contacts = new Map<string, string | null>();
  /** Days that a certificate is valid. */
  lifetime = 90;
  /** What it says about renewals. */
  renewal: RenewalWindow | null = null;
  /** What an order is refused with, before anything is proven; registering too, for null. */
  refuse: (wish: CertificateWish | null) => Failure | undefined = () => undefined;
  /** Looks for a proof; gives what it saw instead, or undefined when it is there. */
  look: (proof: Proof) => Promise<string | undefined> = async () => undefined;

  constructor(clock: Clock = systemClock) {
    this.clock = clock;
  }
}

/** The driver for tests of what stands above an authority: it asks the prover, looks, and gives real certificates. */
export class MemoryAcme implements Acme {
  readonly authority: MemoryAuthority;

  constructor(authority = new MemoryAuthority()) {
    this.authority = authority;
  }

  async register({ key, email }: AcmeAccount, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const refusal = this.authority.refuse(null);
    if (refusal) throw refusal;
    const { accounts, contacts } = this.authority;
    const url = accounts.get(nameOf(key)) ?? `https://memory.test/account/${randomUUID()}`;
    accounts.set(nameOf(key), url);
    contacts.set(url, email);
    return url;
  }

  async order(
    account: AcmeAccount,
    wish: CertificateWish,
    { prover, signal }: { readonly prover: Prover; readonly signal: AbortSignal },
  ): Promise<IssuedCertificate> {
    const { authority } = this;
    if (account.url === null) await this.register(account, signal);
    else this.#check(account);
    signal.throwIfAborted();
    if (wish.domain.startsWith('*.') && prover.kind === 'http-01')
      throw failure('E_ACME', `${wish.domain} can be proven by DNS only`);
    authority.orders.push(wish);
    const refusal = authority.refuse(wish);
    if (refusal) throw refusal;
    const challenge = { kind: prover.kind, token: randomUUID() };
    const proof = proofFor(wish.domain, challenge, signer(account.key.reveal()).jwk);
    const leftBehind = await withProof(prover, proof, { signal, looked: () => this.#look(proof) });
    signal.throwIfAborted();
    const key = await newPrivateKey(wish.keyType);
    const from = authority.clock.now();
    const chain = authority.issuer.issue(wish.domain, key, { from, to: from + authority.lifetime * day });
    return { chain: checkedChain(chain, wish.domain, key), key, leftBehind };
  }

  async renewalWindow(
    _directory: string,
    _chain: string,
    signal: AbortSignal,
  ): Promise<RenewalWindow | null> {
    signal.throwIfAborted();
    return this.authority.renewal;
  }

  async revoke(account: AcmeAccount, chain: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#check(account);
    this.authority.revoked.add(new X509Certificate(chain).serialNumber);
  }

  async changeKey(account: AcmeAccount, key: Secret, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { accounts } = this.authority;
    const owner = accounts.get(nameOf(key));
    if (owner !== undefined && owner === account.url) return;
    this.#check(account);
    if (owner !== undefined) throw failure('E_ACME', 'memory.test refuses: another account has this key');
    accounts.set(nameOf(key), accounts.get(nameOf(account.key)) ?? '');
    accounts.delete(nameOf(account.key));
  }

  #check({ key, url }: AcmeAccount): void {
    if (this.authority.accounts.get(nameOf(key)) === url) return;
    throw failure('E_ACME_ACCOUNT', 'memory.test does not know the account');
  }

  async #look(proof: Proof): Promise<void> {
    const seen = await this.authority.look(proof);
    if (seen !== undefined)
      throw failure(
        'E_ACME_PROOF',
        `memory.test found something else than the proof for ${proof.domain}: ${seen}`,
      );
  }
}

/** What a key is known by here. */
function nameOf(key: Secret): string {
  return JSON.stringify(signer(key.reveal()).jwk);
}
