import { type Service, serviceKey } from '../model/service.ts';
import type { Deps } from './deps.ts';
import { type Archived, archivedOf, fetchLog, isBaseWanted, keepBase } from './keep-archive.ts';
import { proveArchive } from './prove-archive.ts';
import { pruneArchive } from './prune-archive.ts';
import { outcomeOf } from './run-job.ts';
import { addOwnEvent, runOwnJob } from './own-work.ts';

/** Milliseconds until a base that could not be made is tried again: it costs the service a checkpoint, and more. */
const basePatience = 5 * 60_000;

/** Keeps the archives of services: what waits is fetched at each `look`, and a base made where it is due. */
export class ArchiveKeeper {
  readonly #deps: Deps;
  /** Services whose log is fetched just now. */
  readonly #fetching = new Set<number>();
  /** When what failed last did so, by `ID PART`. */
  readonly #failedAt = new Map<string, number>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** What the last look is still at is not begun a second time. Never throws. */
  async look(signal: AbortSignal): Promise<void> {
    const open = this.#deps.store.services.archived().filter(isOpen);
    const archived = open.flatMap((service) => archivedOf(this.#deps, service) ?? []);
    await Promise.all(archived.map((one) => this.#keep(one, signal)));
  }

  async #keep(archived: Archived, signal: AbortSignal): Promise<void> {
    const { id } = archived.service;
    if (this.#fetching.has(id)) return;
    this.#fetching.add(id);
    const isFetched = await this.#tried(archived, { part: 'log', signal }, () =>
      this.#fetch(archived, signal),
    );
    this.#fetching.delete(id);
    if (isFetched && this.#isBaseDue(archived))
      await this.#tried(archived, { part: 'base', signal }, () => this.#keepBase(archived));
  }

  async #fetch(archived: Archived, signal: AbortSignal): Promise<void> {
    await fetchLog(this.#deps, archived, signal);
    await pruneArchive(this.#deps, archived);
  }

  /** Not while something else is done with its service. */
  #isBaseDue(archived: Archived): boolean {
    const { lanes, clock } = this.#deps;
    const { service } = archived;
    const failedAt = this.#failedAt.get(`${service.id} base`) ?? -Infinity;
    if (clock.now() < failedAt + basePatience || lanes.busy.has(serviceKey(service))) return false;
    return isBaseWanted(this.#deps, archived);
  }

  /** In the lane of its service; what is written meanwhile is fetched. */
  #keepBase(archived: Archived): Promise<void> {
    const { service } = archived;
    return runOwnJob(this.#deps, { service, operation: 'backup-archive' }, async (signal) => {
      await keepBase(this.#deps, archived, signal);
      await proveArchive(this.#deps, archived, signal);
    });
  }

  /** Whether it went well. Once when it begins to fail, and once when it does not any more, that is an event. */
  async #tried(
    { service }: Archived,
    { part, signal }: { readonly part: 'log' | 'base'; readonly signal: AbortSignal },
    work: () => Promise<void>,
  ): Promise<boolean> {
    const key = `${service.id} ${part}`;
    try {
      await work();
      if (this.#failedAt.delete(key)) this.#note(service, 'ok');
      return true;
    } catch (err) {
      if (signal.aborted) return false;
      this.#deps.log.error({ err, service: serviceKey(service), part }, 'an archive is behind');
      if (!this.#failedAt.has(key)) this.#note(service, outcomeOf(err));
      this.#failedAt.set(key, this.#deps.clock.now());
      return false;
    }
  }

  #note(service: Service, outcome: string): void {
    addOwnEvent(this.#deps, service, { verb: 'backup-archive', outcome });
  }
}

/** What an upgrade fills is not to be mixed with what was before. */
function isOpen({ state, stopped, filling }: Service): boolean {
  return state === 'ready' && !stopped && filling === null;
}
