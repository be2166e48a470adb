import { randomBytes } from 'node:crypto';
import { isoTime } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { limitMemory } from '../model/acme-limits.ts';
import type { Certificate } from '../model/certificate.ts';
import { failure, isFailure } from '../model/failures.ts';
import { planOrders, type OrderState, type WantedDomain, type Window } from '../model/plan-orders.ts';
import type { AcmeWishes } from './acme-settings.ts';
import type { Deps } from './deps.ts';
import { orderCertificate, type Order, type SelfCheck } from './order-certificate.ts';
import { hostWishes } from './wanted-certificates.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Orders that are under way at the same time. */
const atOnce = 4;

/** Longest time between two looks; what an authority says about renewals is asked anew in it too. */
const longestPause = 15 * minute;

/** Until something is tried again that this machine had no room for: nobody else is asked. */
const roomPause = 10 * second;

interface KnownWindow {
  readonly window: Window | undefined;
  readonly askAgainAt: number;
}

/** A domain that has its certificate by itself, how it stands, and what it is ordered with. */
export interface KeptDomain {
  readonly state: OrderState;
  readonly wishes: AcmeWishes;
  /** An order is under way. */
  readonly ordering: boolean;
  /** Why the router does not have its certificate yet; null: it has. */
  readonly unserved: string | null;
}

/** All that operations work with, with a keeper that works with it too. */
export function withKeeper<T extends Omit<Deps, 'certificates'>>(parts: T): T & Pick<Deps, 'certificates'> {
  const deps = parts as T & { certificates: CertificateKeeper };
  deps.certificates = new CertificateKeeper(deps);
  return deps;
}

/** Sees to it that every domain of an app that may have a certificate has one, in time, for years. */
export class CertificateKeeper {
  readonly #deps: Deps;
  readonly #check: SelfCheck = {
    token: `slipway-${randomBytes(8).toString('hex')}`,
    answer: randomBytes(16).toString('hex'),
  };
  readonly #windows = new Map<string, KnownWindow>();
  readonly #ordering = new Map<string, Promise<void>>();
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;
  /** What the router did not take the certificates with. */
  #refusal: Failure | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** From now on it looks by itself: now, when `wake` is called, and when the next order is due. */
  async start(): Promise<void> {
    await this.#deps.routes.showProof(this.#check);
    this.#deps.routes.watch(() => this.wake());
    this.wake();
  }

  /** Ends orders that are under way; they are tried again after the next start. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopped.abort(new Failure('E_CANCELLED', 'slipwayd ends'));
    await Promise.allSettled(this.#ordering.values());
  }

  /** Looks soon whether something is due. */
  wake(): void {
    if (this.#stopped.signal.aborted) return;
    if (this.#looking) this.#again = true;
    else this.#sleep(0);
  }

  /**
   * Orders for these domains now, whatever pause they were in, but not beyond the limits of the authority; those that are
   * under way are waited for. Gives what failed.
   */
  async order(domains: readonly string[]): Promise<ReadonlyMap<string, Failure>> {
    const kept = this.domains().filter(({ state }) => domains.includes(state.domain));
    const failures = new Map<string, Failure>();
    await Promise.all(
      kept.map(async (one) => {
        const error = await (this.#ordering.get(one.state.domain) ?? this.#orderNow(one)).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error instanceof Failure) failures.set(one.state.domain, error);
        else if (error !== undefined) throw error;
      }),
    );
    return failures;
  }

  /** All that is to be had by itself, for all apps or for one of them, and how it stands. */
  domains(app?: string): readonly KeptDomain[] {
    const now = this.#deps.clock.now();
    const certificates = this.#deps.store.certificates.all();
    const served = new Set(this.#deps.routes.certificates().map(({ id }) => id));
    const attempts = this.#deps.store.acmeAttempts.since(now - limitMemory);
    const wanted = new Map(
      hostWishes(this.#deps, app).flatMap(({ domain, wishes }) =>
        domain === null ? [] : [[domain, wishes]],
      ),
    );
    return [...wanted].flatMap(([domain, wishes]) => {
      const certificate = certificates.findLast((one) => one.ordered === domain);
      const window = certificate && this.#windows.get(certificate.facts.fingerprint)?.window;
      const one: WantedDomain = { domain, certificate, window };
      const states = planOrders([one], attempts, { now, directory: wishes.directory });
      const unserved = certificate && !served.has(certificate.id) ? (this.#refusal?.message ?? null) : null;
      return states.map((state) => ({ state, wishes, ordering: this.#ordering.has(domain), unserved }));
    });
  }

  /** One look: starts what is due, as far as there is room. */
  async look(): Promise<void> {
    const { clock, startup, store } = this.#deps;
    if (startup.problem) return this.#sleep(minute);
    await this.#askForWindows();
    const now = clock.now();
    store.acmeAttempts.prune(now - limitMemory);
    this.#forgetExpired(now);
    await this.#serveKept();
    const waiting = this.domains().filter(({ ordering }) => !ordering);
    const due = waiting.filter(({ state }) => state.next <= now);
    const room = atOnce - this.#ordering.size;
    for (const one of due.slice(0, Math.max(0, room))) this.#start(one);
    const next = waiting.filter(({ state }) => state.next > now).map(({ state }) => state.next - now);
    this.#sleep(Math.min(this.#refusal ? roomPause : longestPause, ...next));
  }

  #sleep(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => this.#deps.later('keep certificates', () => this.#turn()), milliseconds);
    this.#timer.unref();
  }

  async #turn(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    // A look that fails is not the last one.
    this.#sleep(minute);
    try {
      await this.look();
    } finally {
      this.#looking = false;
      if (this.#again) {
        this.#again = false;
        this.#sleep(0);
      }
    }
  }

  #start(one: KeptDomain): void {
    this.#deps.later(`certificate for ${one.state.domain}`, async () => {
      try {
        await this.#order(one);
      } catch (error) {
        // It is noted, and tried again.
        if (!(error instanceof Failure)) throw error;
      }
    });
  }

  async #orderNow(one: KeptDomain): Promise<void> {
    const { held } = one.state;
    if (held)
      throw failure('E_ACME_LIMIT', `${held.why}; one more may be asked for at ${isoTime(held.until)}`);
    await this.#order(one);
  }

  /** Served when it returns. Tells how it ended in the log and the events. */
  #order({ state, wishes }: KeptDomain): Promise<void> {
    const { domain } = state;
    const order = { state, wishes, signal: this.#stopped.signal };
    const work = this.#orderAndServe(order).finally(() => this.#ordering.delete(domain));
    this.#ordering.set(domain, work);
    return work;
  }

  async #orderAndServe(order: Order): Promise<void> {
    const { domain } = order.state;
    try {
      await orderCertificate(this.#deps, order, this.#check);
      await this.#serve();
    } catch (error) {
      // Where the try could not even be noted, it is due at once.
      this.#sleep(isFailure(error, 'E_DISK_FULL') ? roomPause : 0);
      if (error instanceof Failure) this.#tell(domain, error.code, error.message);
      throw error;
    }
    this.wake();
    this.#tell(domain, 'ok');
  }

  /** Has the router take what is kept. Throws what it refuses with. */
  async #serve(): Promise<void> {
    const { store, routes } = this.#deps;
    try {
      await routes.certify(store.certificates.all());
      this.#refusal = undefined;
    } catch (error) {
      if (error instanceof Failure) this.#refusal = error;
      throw error;
    }
  }

  /** What the router has not taken when it was kept, such as for a full disk; that was told then. */
  async #serveKept(): Promise<void> {
    const { store, routes } = this.#deps;
    const ids = (certificates: readonly Certificate[]) => certificates.map(({ id }) => id).join(' ');
    if (ids(store.certificates.all()) === ids(routes.certificates())) return;
    await this.#serve().catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
    });
  }

  #tell(domain: string, outcome: string, message?: string): void {
    const { store, log, clock } = this.#deps;
    if (message === undefined) log.info({ domain }, 'certificate issued');
    else log.warn({ domain, code: outcome }, message);
    // What waits for its DNS is told by letsencrypt:list: an event for each look would bury the others.
    if (outcome === 'E_DOMAIN_ELSEWHERE') return;
    const at = clock.now();
    store.events.add({
      at,
      actor: 'slipwayd',
      operation: 'letsencrypt:order',
      app: null,
      subject: domain,
      outcome,
    });
  }

  /** Of each certificate that is to be renewed by itself, when its authority wants that. */
  async #askForWindows(): Promise<void> {
    const { store, clock } = this.#deps;
    const now = clock.now();
    const asked = store.certificates
      .all()
      .filter(
        ({ directory, facts }) =>
          directory !== null && (this.#windows.get(facts.fingerprint)?.askAgainAt ?? 0) <= now,
      );
    await Promise.all(
      asked.slice(0, 20).map(async ({ chain, directory, facts }) => {
        const before = this.#windows.get(facts.fingerprint)?.window;
        this.#windows.set(
          facts.fingerprint,
          await this.#windowOf({ chain, directory: directory ?? '' }, before, now),
        );
      }),
    );
  }

  async #windowOf(
    { chain, directory }: { readonly chain: string; readonly directory: string },
    before: Window | undefined,
    now: number,
  ): Promise<KnownWindow> {
    try {
      const found = await this.#deps.acme.renewalWindow(directory, chain, this.#stopped.signal);
      if (!found) return { window: undefined, askAgainAt: now + day };
      const window = { start: found.start.getTime(), end: found.end.getTime() };
      return { window, askAgainAt: now + found.askAgainAfter };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { window: before, askAgainAt: now + hour };
    }
  }

  /** Those that nobody wants any more, once they are good for nothing. */
  #forgetExpired(now: number): void {
    const { store } = this.#deps;
    const wanted = new Set(this.domains().map(({ state }) => state.domain));
    const gone = store.certificates
      .all()
      .filter(({ ordered, facts }) => ordered !== null && facts.notAfter <= now && !wanted.has(ordered));
    for (const { id } of gone) store.certificates.remove(id);
  }
}
