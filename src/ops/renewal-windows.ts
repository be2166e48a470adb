import { Failure } from '../base/failure.ts';
import type { Certificate } from '../model/certificate.ts';
import type { Window } from '../model/plan-orders.ts';
import type { Deps } from './deps.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Certificates that are asked about in one go. */
const atOnce = 20;

interface KnownWindow {
  readonly window: Window | undefined;
  readonly askAgainAt: number;
}

/** When authorities want certificates renewed, as far as they were asked (RFC 9773). */
export class RenewalWindows {
  readonly #deps: Pick<Deps, 'acme' | 'clock' | 'store'>;
  /** By fingerprints. */
  readonly #known = new Map<string, KnownWindow>();

  constructor(deps: Pick<Deps, 'acme' | 'clock' | 'store'>) {
    this.#deps = deps;
  }

  of({ facts }: Certificate): Window | undefined {
    return this.#known.get(facts.fingerprint)?.window;
  }

  /**
   * Asks about certificates that are to be renewed by itself, where it is time to; forgets those that are gone. Gives
   * whether there are more to ask about than it does in one go.
   */
  async ask(signal: AbortSignal): Promise<boolean> {
    const now = this.#deps.clock.now();
    const ordered = this.#deps.store.certificates.all().filter(({ directory }) => directory !== null);
    const prints = new Set(ordered.map(({ facts }) => facts.fingerprint));
    for (const print of this.#known.keys()) if (!prints.has(print)) this.#known.delete(print);
    const open = ordered.filter(({ facts }) => (this.#known.get(facts.fingerprint)?.askAgainAt ?? 0) <= now);
    await Promise.all(
      open.slice(0, atOnce).map(async (one) => {
        this.#known.set(one.facts.fingerprint, await this.#windowOf(one, now, signal));
      }),
    );
    return open.length > atOnce;
  }

  async #windowOf(certificate: Certificate, now: number, signal: AbortSignal): Promise<KnownWindow> {
    const { chain, directory } = certificate;
    try {
      const found = await this.#deps.acme.renewalWindow(directory ?? '', chain, signal);
      if (!found) return { window: undefined, askAgainAt: now + day };
      const window = { start: found.start.getTime(), end: found.end.getTime() };
      return { window, askAgainAt: now + found.askAgainAfter };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { window: this.of(certificate), askAgainAt: now + hour };
    }
  }
}
