import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '../model/failures.ts';
import { Database } from './database.ts';
import type { Store, StoreCopy } from './store.ts';
import { syncFolder } from './sync-file.ts';

/** Copies that are kept. */
const kept = 7;

const half = '.half.db';

/** Copies of the store in a folder, the newest few. They are stores themselves, sealed with the same key. */
export class StoreCopies {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Newest first. */
  list(): readonly StoreCopy[] {
    const names = existsSync(this.#folder) ? readdirSync(this.#folder).toSorted().toReversed() : [];
    return names.flatMap((name) => {
      const at = timeOf(name);
      return at === undefined ? [] : [{ path: join(this.#folder, name), at }];
    });
  }

  /** Only a copy that passed its check is kept, and only then the oldest ones go. Throws E_STORE, E_DISK_FULL. */
  take(store: Pick<Store, 'copyTo'>, at: number): StoreCopy {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const temp = join(this.#folder, half);
    const path = join(this.#folder, nameOf(at));
    try {
      rmSync(temp, { force: true });
      store.copyTo(temp);
      refuseDamaged(temp);
      renameSync(temp, path);
      syncFolder(this.#folder);
    } catch (error) {
      rmSync(temp, { force: true });
      throw error;
    }
    for (const old of this.list().slice(kept)) rmSync(old.path);
    return { path, at };
  }
}

/** Throws E_STORE for a file that a full look through it finds wrong. Not read-only: SQLite tests fewer rules then. */
export function refuseDamaged(path: string): void {
  const database = new Database(path);
  try {
    const [problem] = database.problems();
    if (problem !== undefined) throw failure('E_STORE', `${path} is damaged: ${problem}`);
  } finally {
    database.close();
  }
}

/** `slipway-20261125T172806Z.db`: in the order of time when in the order of names. */
function nameOf(at: number): string {
  return `slipway-${new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '')}.db`;
}

function timeOf(name: string): number | undefined {
  const parts = /^slipway-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.db$/.exec(name);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
