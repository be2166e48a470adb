import { httpsWishes } from '../../src/ops/https-settings.ts';
import { Routes } from '../../src/ops/routes.ts';
import type { Store } from '../../src/store/store.ts';
import type { MemoryDeps } from './memory-deps.ts';

/** Thrown wherever a slipwayd that was killed goes on: what it would do then has no effect. */
export class Killed extends Error {}

/**
 * The life of one slipwayd: it ends in place of the effect that comes after so many. An effect is a call of a driver that
 * changes something outside of slipwayd's memory, or a commit of the store; dying before one is the same as dying after
 * the one before it.
 */
export class Life {
  #left = Number.POSITIVE_INFINITY;
  #isOver = false;
  #transactions = 0;

  get isOver(): boolean {
    return this.#isOver;
  }

  /** It dies in place of the effect after this many. */
  endAfter(effects: number): void {
    this.#left = effects;
  }

  /** kill -9, now. */
  end(): void {
    this.#isOver = true;
  }

  look<T>(work: () => T): T {
    if (this.#isOver) throw new Killed();
    const result = work();
    return result instanceof Promise ? (this.#unlessOver(result) as T) : result;
  }

  effect<T>(work: () => T): T {
    this.#step();
    return this.look(work);
  }

  /** A write to the store: an effect by itself, or else with the transaction around it. */
  write<T>(work: () => T): T {
    return this.#transactions > 0 ? this.look(work) : this.effect(work);
  }

  transaction<T>(store: Store, work: () => T): T {
    return store.transaction(() => {
      this.#transactions += 1;
      try {
        const result = this.look(work);
        if (this.#transactions === 1) this.#step();
        return result;
      } finally {
        this.#transactions -= 1;
      }
    });
  }

  #step(): void {
    this.#isOver ||= this.#left === 0;
    if (this.#isOver) throw new Killed();
    this.#left -= 1;
  }

  async #unlessOver<T>(result: Promise<T>): Promise<T> {
    const value = await result;
    if (this.#isOver) throw new Killed();
    return value;
  }
}

/** A slipwayd on the same machine that can be killed between any two effects that it has. */
export function mortalSlipwayd(deps: MemoryDeps): { readonly victim: MemoryDeps; readonly life: Life } {
  const life = new Life();
  const fresh = deps.restarted();
  const guard = guarded(life);
  const router = guard(fresh.routes.router, { once: ['apply', 'start', 'drain'] });
  const { detect, dockerfile, buildpacks, pack } = fresh.builders;
  const builders = {
    detect: guard(detect, { once: ['build'] }),
    dockerfile: guard(dockerfile, { once: ['build'] }),
    buildpacks: guard(buildpacks, { once: ['build'] }),
    pack: guard(pack, { once: ['build'] }),
  };
  const victim: MemoryDeps = {
    ...fresh,
    store: mortalStore(fresh.store, life),
    engine: guard(fresh.engine, { once: ['runTask', 'removeApp', 'removeTasks'], each: ['start', 'remove'] }),
    services: guard(fresh.services, { once: ['start', 'stop', 'waitReady', 'remove', 'open'] }),
    images: guard(fresh.images, { once: ['ensure', 'load', 'tag', 'untag', 'build'] }),
    sources: guard(fresh.sources, { once: ['receive', 'remove', 'keepOnly'] }),
    doors: guard(fresh.doors, {
      once: ['admit', 'removeRepository', 'fetchRepository', 'removeClones', 'moveRepository'],
    }),
    builders,
    routes: new Routes(router, httpsWishes(fresh)),
  };
  return { victim, life };
}

interface Effects<T> {
  readonly once?: readonly (keyof T)[];
  /** Their first argument is a list, and each member of it an effect. */
  readonly each?: readonly (keyof T)[];
}

type Method = (...words: unknown[]) => unknown;

function guarded(life: Life) {
  return <T extends object>(driver: T, { once = [], each = [] }: Effects<T>): T =>
    intercepted(driver, (name, method) => {
      if (each.includes(name)) return inTurn(life, method);
      const isEffect = once.includes(name);
      return (...words) =>
        isEffect ? life.effect(() => method(...words)) : life.look(() => method(...words));
    });
}

function inTurn(life: Life, method: Method): Method {
  return async (list, ...rest) => {
    const results: unknown[] = [];
    for (const item of list as readonly unknown[]) {
      const result = await life.effect(() => method([item], ...rest));
      if (Array.isArray(result)) results.push(...result);
    }
    return results;
  };
}

function mortalStore(store: Store, life: Life): Store {
  const reads = new Set([
    'get',
    'find',
    'all',
    'list',
    'of',
    'owners',
    'unfinished',
    'appsOf',
    'ofService',
    'ofApp',
  ]);
  const rows = <T extends object>(table: T): T =>
    intercepted(
      table,
      (name, method) =>
        (...words) =>
          reads.has(String(name)) ? life.look(() => method(...words)) : life.write(() => method(...words)),
    );
  const { apps, config, properties, domains, releases, deploys, events, keys, access, services, links } =
    store;
  return {
    ...store,
    apps: rows(apps),
    config: rows(config),
    properties: rows(properties),
    domains: rows(domains),
    releases: rows(releases),
    deploys: rows(deploys),
    events: rows(events),
    keys: rows(keys),
    access: rows(access),
    services: rows(services),
    links: rows(links),
    transaction: (work) => life.transaction(store, work),
  };
}

/** The same object with other methods. */
function intercepted<T extends object>(target: T, replace: (name: keyof T, method: Method) => Method): T {
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return replace(name as keyof T, (value as Method).bind(target));
    },
  });
}
