import { randomBytes } from 'node:crypto';
import { isoTime } from '../base/clock.ts';
import { Failure } from '../base/failure.ts';
import { limitMemory } from '../model/acme-limits.ts';
import type { Certificate } from '../model/certificate.ts';
import { failure, isFailure } from '../model/failures.ts';
import { planOrders, type OrderState, type WantedDomain } from '../model/plan-orders.ts';
import { type AcmeWishes, wishesAtTurn } from './acme-settings.ts';
import type { Deps } from './deps.ts';
import { orderCertificate, type SelfCheck } from './order-certificate.ts';
import { ordersAtOnce, OrderTurns, zoneOf } from './order-turns.ts';
import { RenewalWindows } from './renewal-windows.ts';
import { hostWishes } from './wanted-certificates.ts';

const second = 1000;
const minute = 60 * second;

/** Longest time between two looks; what an authority says about renewals is asked anew in it too. */
const longestPause = 15 * minute;

/** Until something is tried again that this machine had no room for, where nobody else is asked. */
const roomPause = 10 * second;

/** Until the authority is asked about more certificates: a thousand take eight minutes after a start. */
const askPause = 10 * second;

interface Ordering {
  readonly work: Promise<void>;
  readonly zone: string | null;
}

/** A domain that has its certificate by itself, how it stands, and what it is ordered with. */
export interface KeptDomain {
  readonly state: OrderState;
  readonly wishes: AcmeWishes;
  /** An order is under way, or waits for its turn. */
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
  readonly #windows: RenewalWindows;
  readonly #turns = new OrderTurns();
  /** By domains. */
  readonly #ordering = new Map<string, Ordering>();
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #started = false;
  #looking = false;
  #again = false;
  /** What the router did not take the certificates with. */
  #refusal: Failure | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#windows = new RenewalWindows(deps);
  }

  /** From now on it looks by itself: now, when `wake` is called, and when the next order is due. */
  async start(): Promise<void> {
    this.#started = true;
    await this.#deps.routes.showProof(this.#check);
    this.#deps.routes.watch(() => this.wake());
    this.wake();
  }

  /** Ends orders that are under way; they are tried again after the next start. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopped.abort(new Failure('E_CANCELLED', 'slipwayd ends'));
    await Promise.allSettled([...this.#ordering.values()].map(({ work }) => work));
  }

  /** Looks soon whether something is due; before `start`, that does so. */
  wake(): void {
    if (!this.#started || this.#stopped.signal.aborted) return;
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
        const error = await (this.#ordering.get(one.state.domain)?.work ?? this.#order(one)).then(
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
    const byDomain = Map.groupBy(attempts, ({ domain }) => domain);
    const wanted = new Map(
      hostWishes(this.#deps, app).flatMap(({ domain, wishes }) =>
        domain === null ? [] : [[domain, wishesAtTurn(wishes, byDomain.get(domain) ?? [])]],
      ),
    );
    const latest = new Map(certificates.map((one) => [one.ordered, one]));
    const atAuthority = Map.groupBy(wanted, ([, { directory }]) => directory);
    const states = [...atAuthority].flatMap(([directory, group]) => {
      const domains = group.map(([domain]): WantedDomain => {
        const certificate = latest.get(domain);
        return { domain, certificate, window: certificate && this.#windows.of(certificate) };
      });
      return planOrders(domains, attempts, { now, directory });
    });
    const stateOf = new Map(states.map((state) => [state.domain, state]));
    return [...wanted].flatMap(([domain, wishes]) => {
      const state = stateOf.get(domain);
      if (!state) return [];
      const { certificate } = state;
      const unserved = certificate && !served.has(certificate.id) ? (this.#refusal?.message ?? null) : null;
      return [{ state, wishes, ordering: this.#ordering.has(domain), unserved }];
    });
  }

  /** One look: starts what is due, as far as there is room. */
  async look(): Promise<void> {
    const { clock, startup, store } = this.#deps;
    if (startup.problem) return this.#sleep(minute);
    const more = await this.#windows.ask(this.#stopped.signal);
    const now = clock.now();
    store.acmeAttempts.prune(now - limitMemory);
    this.#forgetExpired(now);
    await this.#serveKept();
    const waiting = this.domains().filter(({ ordering }) => !ordering);
    const due = waiting.filter(({ state }) => state.next <= now);
    for (const one of this.#startable(due)) this.#start(one);
    const next = waiting.filter(({ state }) => state.next > now).map(({ state }) => state.next - now);
    const pauses = [longestPause, ...(this.#refusal ? [roomPause] : []), ...(more ? [askPause] : [])];
    this.#sleep(Math.min(...pauses, ...next));
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

  /** Those that would have their turn at once; the others stay as they are until then. */
  #startable(due: readonly KeptDomain[]): readonly KeptDomain[] {
    const busy = new Set([...this.#ordering.values()].map(({ zone }) => zone));
    const free = due.filter(({ state, wishes }) => {
      const zone = zoneOf(state.domain, wishes);
      if (zone === null) return true;
      const isFree = !busy.has(zone);
      busy.add(zone);
      return isFree;
    });
    return free.slice(0, Math.max(0, ordersAtOnce - this.#ordering.size));
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

  /** Served when it returns. Tells how it ended in the log and the events. */
  #order(kept: KeptDomain): Promise<void> {
    const { domain } = kept.state;
    const zone = zoneOf(domain, kept.wishes);
    const work = this.#turns
      .run(zone, () => this.#orderAndServe(kept))
      .finally(() => this.#ordering.delete(domain));
    this.#ordering.set(domain, { work, zone });
    return work;
  }

  async #orderAndServe(kept: KeptDomain): Promise<void> {
    const { domain } = kept.state;
    try {
      await this.#place(kept);
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

  /** The limits as they are now: others have had their turn since it was decided. */
  async #place({ state, wishes }: KeptDomain): Promise<void> {
    const { signal } = this.#stopped;
    signal.throwIfAborted();
    const now = this.#deps.clock.now();
    const attempts = this.#deps.store.acmeAttempts.since(now - limitMemory);
    const [{ held } = state] = planOrders([state], attempts, { now, directory: wishes.directory });
    if (held)
      throw failure('E_ACME_LIMIT', `No certificate is ordered for ${state.domain}: ${held.why}`, {
        hint: `nothing to do: it is ordered by itself from ${isoTime(held.until)} on`,
      });
    await orderCertificate(this.#deps, { state, wishes, signal }, this.#check);
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

  /** Those that nobody wants any more, once they are good for nothing. */
  #forgetExpired(now: number): void {
    const { certificates } = this.#deps.store;
    const expired = certificates
      .all()
      .filter(({ ordered, facts }) => ordered !== null && facts.notAfter <= now);
    if (expired.length === 0) return;
    const wanted = new Set<string | null>(this.domains().map(({ state }) => state.domain));
    for (const { id, ordered } of expired) if (!wanted.has(ordered)) certificates.remove(id);
  }
}
