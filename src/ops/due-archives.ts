import { type Service, serviceKey } from '../model/service.ts';
import type { Deps } from './deps.ts';
import { type Archived, archivedOf, fetchLog, isBaseWanted, keepBase } from './keep-archive.ts';
import { proveArchive } from './prove-archive.ts';
import { outcomeOf } from './run-job.ts';

/** Keeps the archives of services: what waits is fetched at each `look`, and a base made where it is due. */
export class ArchiveKeeper {
  readonly #deps: Deps;
  /** Services that are looked at just now, and those whose last look failed. */
  readonly #busy = new Set<number>();
  readonly #failing = new Set<number>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** One after another where a look takes long: then it is not begun a second time. Never throws. */
  async look(signal: AbortSignal): Promise<void> {
    const all = this.#deps.store.services.all().flatMap((service) => {
      const archived = isOpen(service) ? archivedOf(this.#deps, service) : null;
      return archived && !this.#busy.has(service.id) ? [archived] : [];
    });
    await Promise.all(all.map((archived) => this.#keep(archived, signal)));
  }

  async #keep(archived: Archived, signal: AbortSignal): Promise<void> {
    const { id } = archived.service;
    this.#busy.add(id);
    try {
      await fetchLog(this.#deps, archived, signal);
      if (isBaseWanted(this.#deps, archived)) {
        await keepBase(this.#deps, archived, signal);
        await proveArchive(this.#deps, archived, signal);
      }
      if (this.#failing.delete(id)) this.#note(archived.service, 'ok');
    } catch (err) {
      if (signal.aborted) return;
      this.#deps.log.error({ err, service: serviceKey(archived.service) }, 'an archive is behind');
      if (!this.#failing.has(id)) this.#note(archived.service, outcomeOf(err));
      this.#failing.add(id);
    } finally {
      this.#busy.delete(id);
    }
  }

  /** Once when it begins to fail, and once when it does not any more. */
  #note(service: Service, outcome: string): void {
    this.#deps.store.events.add({
      at: this.#deps.clock.now(),
      actor: 'slipway',
      operation: `${service.kind}:backup-archive`,
      app: null,
      subject: service.name,
      outcome,
    });
  }
}

/** What an upgrade fills is not to be mixed with what was before. */
function isOpen({ state, stopped, filling }: Service): boolean {
  return state === 'ready' && !stopped && filling === null;
}
