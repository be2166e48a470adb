import { X509Certificate } from 'node:crypto';
import type { SecureContext } from 'node:tls';
import type { Secret } from '../base/secret.ts';
import { failure } from '../model/failures.ts';
import type { Acme, AcmeAccount, CertificateWish, IssuedCertificate, Prover, RenewalWindow } from './acme.ts';
import { Exchange, trustAlso, type Reply } from './exchange.ts';
import { placeOrder } from './place-order.ts';
import { problemType } from './problem.ts';
import { renewalId } from './renewal-id.ts';
import { bodyOf, problemOf, renewalSchema } from './resources.ts';
import { retryAfter } from './retry-after.ts';
import { accepted, hostOf, patiently, readDirectory, Session } from './session.ts';
import { signer } from './jws.ts';

export interface AcmeClientOptions {
  /** PEM of certificates that are trusted besides the machine's: of an authority of the user's own. */
  readonly ca?: string;
  /** Milliseconds until an answer has to be there; 30 seconds unless told otherwise. */
  readonly timeout?: number;
  /** Milliseconds that the authority may take to look at a proof, and to issue; 5 minutes unless told otherwise. */
  readonly patience?: number;
}

const hour = 3_600_000;

/** Certificates from a real authority, over HTTPS. It keeps nothing: what lasts is in the account. */
export class AcmeClient implements Acme {
  readonly #options: AcmeClientOptions;
  #trust: SecureContext | undefined;

  constructor(options: AcmeClientOptions = {}) {
    this.#options = options;
  }

  register(account: AcmeAccount, signal: AbortSignal): Promise<string> {
    return this.#session(account, signal, (session) => session.register());
  }

  order(
    account: AcmeAccount,
    wish: CertificateWish,
    { prover, signal }: { readonly prover: Prover; readonly signal: AbortSignal },
  ): Promise<IssuedCertificate> {
    const { patience = 300_000 } = this.#options;
    return this.#session(account, signal, (session) => placeOrder(session, wish, { prover, patience }));
  }

  renewalWindow(directory: string, chain: string, signal: AbortSignal): Promise<RenewalWindow | null> {
    return this.#exchange(async (exchange) => {
      const { renewalInfo } = await readDirectory(exchange, directory, signal);
      if (renewalInfo === undefined) return null;
      const url = `${renewalInfo.replace(/\/$/, '')}/${renewalId(chain)}`;
      const reply = await patiently(() => exchange.ask(url, { signal }), signal);
      // It is a certificate of another authority, or one that it has forgotten.
      if (reply.status === 404) return null;
      return windowOf(accepted({ ...reply, problem: problemOf(reply) }, hostOf(directory)));
    });
  }

  revoke(account: AcmeAccount, chain: string, signal: AbortSignal): Promise<void> {
    return this.#session(account, signal, async (session) => {
      const certificate = new X509Certificate(chain).raw.toString('base64url');
      const answer = await session.post(session.directory.revokeCert, { certificate });
      if (problemType(answer.problem) !== 'alreadyRevoked') session.accepted(answer);
    });
  }

  changeKey(account: AcmeAccount, key: Secret, signal: AbortSignal): Promise<void> {
    return this.#session(account, signal, async (session) => {
      const url = session.directory.keyChange;
      const payload = { account: await session.account(), oldKey: session.signer.jwk };
      const inner = signer(key.reveal()).sign(payload, { url, account: null });
      try {
        session.accepted(await session.post(url, inner));
      } catch (error) {
        signal.throwIfAborted();
        const owner = await this.#session({ ...account, key }, signal, (other) => other.find());
        if (owner !== payload.account) throw error;
      }
    });
  }

  #session<T>(account: AcmeAccount, signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#exchange(async (exchange) => work(await Session.open(exchange, account, signal)));
  }

  async #exchange<T>(work: (exchange: Exchange) => Promise<T>): Promise<T> {
    const { ca, timeout = 30_000 } = this.#options;
    if (ca !== undefined) this.#trust ??= trustAlso(ca);
    const exchange = new Exchange(timeout, this.#trust);
    try {
      return await work(exchange);
    } finally {
      exchange.close();
    }
  }
}

/** The window, asked again within the bounds of RFC 9773, 4.3.2: a minute to a day; 6 hours where nothing is said. */
function windowOf(reply: Reply): RenewalWindow {
  const { suggestedWindow, explanationURL } = bodyOf(reply, renewalSchema);
  const [start, end] = [new Date(suggestedWindow.start), new Date(suggestedWindow.end)];
  if (end <= start)
    throw failure('E_ACME_DOWN', `${reply.url.host} gives a time for renewal that ends before it begins`);
  const again = retryAfter(reply.headers['retry-after'], Date.now()) ?? 6 * hour;
  return {
    start,
    end,
    explanation: explanationURL ?? null,
    askAgainAfter: Math.min(Math.max(again, 60_000), 24 * hour),
  };
}
