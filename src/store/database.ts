import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { isDiskFull } from '../base/disk-full.ts';
import { messageOf } from '../base/failure.ts';
import { failure, type FailureCode, orDiskFull } from '../model/failures.ts';
import { Row } from './row.ts';
import { syncFile, syncFolder } from './sync-file.ts';

/** What is bound to the `?` of a statement. */
export type Parameters = readonly SQLInputValue[];

/** Milliseconds that a statement waits for another writer, such as a backup that reads the file. */
const busyTimeout = 5000;

/** An open SQLite file: prepared statements, transactions, and failures with a code. The only user of node:sqlite. */
export class Database {
  readonly #connection: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  /** `:memory:` keeps everything in memory. A new file is readable by its owner only. Throws E_STORE. */
  constructor(path: string) {
    this.#connection = guarded(() => connect(path));
  }

  /** Writes all that is committed as a new file, which only its owner may read; on the disk when it returns. */
  copyTo(path: string): void {
    makePrivate(path);
    // SQLite does not sync what VACUUM INTO writes (sqlite.org/lang_vacuum.html#vacuuminto).
    this.run('VACUUM INTO ?', [path]);
    syncFile(path);
  }

  /** What a full look through the file finds wrong; empty: nothing. */
  problems(): readonly string[] {
    // sqlite.org/pragma.html#pragma_integrity_check: the one row `ok`, or a row for each problem.
    const rows = this.all('PRAGMA integrity_check', [], (row) => row.text('integrity_check'));
    return rows.filter((text) => text !== 'ok');
  }

  /** Runs statements that give nothing and bind nothing. */
  execute(sql: string): void {
    guarded(() => this.#connection.exec(sql));
  }

  /** Gives how many rows were changed. */
  run(sql: string, parameters: Parameters = []): number {
    return guarded(() => Number(this.#statement(sql).run(...parameters).changes));
  }

  find<T>(sql: string, parameters: Parameters, decode: (row: Row) => T): T | undefined {
    const columns = guarded(() => this.#statement(sql).get(...parameters));
    return columns && decode(new Row(columns));
  }

  /** Like `find`, for a statement that always gives a row. */
  get<T>(sql: string, parameters: Parameters, decode: (row: Row) => T): T {
    const columns: Record<string, SQLOutputValue> | undefined = guarded(() =>
      this.#statement(sql).get(...parameters),
    );
    if (!columns) throw new Error(`No row for: ${sql}`);
    return decode(new Row(columns));
  }

  all<T>(sql: string, parameters: Parameters, decode: (row: Row) => T): T[] {
    return guarded(() => this.#statement(sql).all(...parameters)).map((columns) => decode(new Row(columns)));
  }

  /** All of `work` or nothing. One inside another can fail by itself without undoing the outer one. */
  transaction<T>(work: () => T): T {
    const outer = this.#depth === 0;
    const savepoint = `level${this.#depth}`;
    this.execute(outer ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${savepoint}`);
    this.#depth += 1;
    try {
      const result = work();
      if (result instanceof Promise) throw new Error('A transaction must not wait: its work gave a promise');
      this.execute(outer ? 'COMMIT' : `RELEASE ${savepoint}`);
      return result;
    } catch (error) {
      this.#takeBack(outer ? 'ROLLBACK' : `ROLLBACK TO ${savepoint}; RELEASE ${savepoint}`);
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  close(): void {
    this.#connection.close();
  }

  /** SQLite ends the transaction by itself on some errors, such as a full disk; then nothing is left to take back. */
  #takeBack(sql: string): void {
    if (this.#connection.isTransaction) this.execute(sql);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const prepared = this.#connection.prepare(sql);
    this.#statements.set(sql, prepared);
    return prepared;
  }
}

function connect(path: string): DatabaseSync {
  if (path !== ':memory:') makePrivate(path);
  const connection = new DatabaseSync(path, { timeout: busyTimeout, enableForeignKeyConstraints: true });
  try {
    // FULL: a commit is on the disk when it returns, also in WAL mode (sqlite.org/pragma.html#pragma_synchronous).
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF');
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

/** SQLite gives the -wal and -shm files the mode of the file itself, so it has to be right before they are made. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
    syncFolder(dirname(path));
  } catch (cause) {
    if (isDiskFull(cause)) throw orDiskFull(cause);
    throw failure('E_STORE', `The store ${path} cannot be opened: ${messageOf(cause)}`, { cause });
  }
}

const diskHint = 'look at the disk (dmesg, mount), then restart slipwayd';

/** Primary result codes (sqlite.org/rescode.html) that say something of the machine, not of the statement. */
const codes: Readonly<Record<number, readonly [code: FailureCode, message: string, hint?: string]>> = {
  5: ['E_BUSY', 'Another program is writing to the store'],
  8: ['E_STORE', 'The store is read-only', diskHint],
  10: ['E_STORE', 'The disk of the store gives errors', diskHint],
  11: ['E_STORE', 'The store is damaged'],
  13: ['E_DISK_FULL', 'The disk is full: the store takes no change'],
  14: ['E_STORE', 'The store cannot be opened', diskHint],
  26: ['E_STORE', 'The file of the store is no SQLite database'],
};

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const known = codes[(sqliteCode(error) ?? 0) & 0xff];
    if (!known) throw error;
    const [code, message, hint] = known;
    throw failure(code, message, { hint, cause: error });
  }
}

/** The extended result code of an error of SQLite, or undefined for any other error. */
function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
