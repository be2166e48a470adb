import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../base/failure.ts';
import { isoTime } from '../base/clock.ts';
import { failure, orDiskFull } from '../model/failures.ts';
import { derivedKey, openKey, sealerOf } from './sealer.ts';
import { openStore } from './sqlite.ts';
import type { Restored, Sealer, Store, StoreCopy, StoreKeeper } from './store.ts';
import { refuseDamaged, StoreCopies } from './store-copies.ts';
import { syncFile, syncFolder } from './sync-file.ts';

const file = 'slipway.db';
/** What takes the file's place. */
const next = 'next.db';
/** Names of what SQLite keeps beside a file, behind the file's own. */
const besides = ['-wal', '-shm'];

/** The store of an installation: its file, its key and its copies, in one folder. */
export class StoreFile implements StoreKeeper {
  readonly store: Store;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #copies: StoreCopies;
  #open: Store | Failure;

  /** `now`: milliseconds since 1970, for the names of copies. */
  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
    this.#copies = new StoreCopies(join(folder, 'backups'));
    this.#open = failure('E_STORE', 'The store is not open');
    this.store = new Proxy({} as Store, { get: (_none, name) => Reflect.get(this.#usable(), name) });
    this.open();
  }

  get problem(): Failure | null {
    return this.#open instanceof Failure ? this.#open : null;
  }

  open(): void {
    this.#close();
    try {
      this.#open = this.#openWhole();
    } catch (error) {
      const known = orDiskFull(error);
      if (!(known instanceof Failure)) throw error;
      this.#open = known;
    }
  }

  close(): void {
    this.#close();
  }

  copies(): readonly StoreCopy[] {
    return this.#copies.list();
  }

  copy(): StoreCopy {
    return this.#copies.take(this.store, this.#now());
  }

  restore(edit: (store: Store) => void): Restored {
    const sealer = sealerOf(openKey(this.#at('key'), { make: false }));
    const chosen = inSystem(() => this.#prepareNext(sealer));
    this.#edit(sealer, edit);
    this.#close();
    const setAside = inSystem(() => this.#setAside());
    renameSync(this.#at(next), this.#at(file));
    syncFolder(this.#folder);
    this.open();
    return { setAside, ...chosen };
  }

  /** A key for one purpose, that only this installation can have. Throws E_STORE_KEY. */
  keyFor(purpose: string): Uint8Array {
    return derivedKey(openKey(this.#at('key'), { make: false }), purpose);
  }

  #usable(): Store {
    if (this.#open instanceof Failure) throw this.#open;
    return this.#open;
  }

  #openWhole(): Store {
    const path = this.#at(file);
    const isNew = !existsSync(path) || statSync(path).size === 0;
    if (isNew && this.#copies.list().length > 0)
      throw failure('E_STORE', `The store ${path} is gone, and there are copies of it`);
    const sealer = sealerOf(openKey(this.#at('key'), { make: isNew }));
    const store = openStore(path, sealer, (old) => this.#copies.take(old, this.#now()));
    const [problem] = store.check();
    if (problem === undefined) return store;
    store.close();
    throw failure('E_STORE', `The store is damaged: ${problem}`);
  }

  /** Puts what the store shall be beside it. */
  #prepareNext(sealer: Sealer): Pick<Restored, 'from' | 'passedOver'> {
    const passedOver: { copy: StoreCopy; why: Failure }[] = [];
    for (const copy of this.#copies.list()) {
      const why = this.#tryCopy(copy, sealer);
      if (!why) return { from: copy, passedOver };
      passedOver.push({ copy, why });
    }
    const otherKey = passedOver.find(({ why }) => why.code === 'E_STORE_KEY');
    if (otherKey) throw otherKey.why;
    this.#forgetNext();
    openStore(this.#at(next), sealer).close();
    return { from: null, passedOver };
  }

  /** Gives why it cannot be used. */
  #tryCopy(copy: StoreCopy, sealer: Sealer): Failure | null {
    this.#forgetNext();
    copyFileSync(copy.path, this.#at(next));
    try {
      refuseDamaged(this.#at(next));
      openStore(this.#at(next), sealer).close();
      return null;
    } catch (error) {
      if (error instanceof Failure && error.code.startsWith('E_STORE')) return error;
      throw error;
    }
  }

  #edit(sealer: Sealer, edit: (store: Store) => void): void {
    const store = openStore(this.#at(next), sealer);
    try {
      store.transaction(() => edit(store));
    } finally {
      store.close();
    }
    syncFile(this.#at(next));
  }

  #forgetNext(): void {
    for (const end of ['', ...besides]) rmSync(this.#at(next + end), { force: true });
  }

  /** The file stays under its name until another takes it; its journal must not meet that one. */
  #setAside(): string {
    const folder = this.#at(`damaged-${isoTime(this.#now()).replaceAll(':', '')}`);
    mkdirSync(folder, { mode: 0o700 });
    if (existsSync(this.#at(file))) linkSync(this.#at(file), join(folder, file));
    for (const end of besides)
      if (existsSync(this.#at(file + end))) renameSync(this.#at(file + end), join(folder, file + end));
    return folder;
  }

  #close(): void {
    if (!(this.#open instanceof Failure)) this.#open.close();
    this.#open = failure('E_STORE', 'The store is not open');
  }

  #at(name: string): string {
    return join(this.#folder, name);
  }
}

/** Turns a full disk under a plain file into the failure that it is under SQLite. */
function inSystem<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw orDiskFull(cause);
  }
}
