import { exec, ExecError } from '../../base/exec.ts';
import { messageOf } from '../../base/failure.ts';
import { failure } from '../../model/failures.ts';
import type { TextRecord, TextRecords } from './text-records.ts';

const longest = 120_000;

/**
 * A program of the user's own, for what no driver is here: called with `present NAME VALUE` and `cleanup NAME VALUE`. It
 * succeeds by exit code 0; the last line that it writes to stderr tells what went wrong.
 */
export class ProgramRecords implements TextRecords {
  readonly #path: string;
  readonly #timeout: number;

  /** The absolute path of the program; milliseconds that it may take. */
  constructor(path: string, timeout = longest) {
    this.#path = path;
    this.#timeout = timeout;
  }

  add(record: TextRecord, signal: AbortSignal): Promise<void> {
    return this.#call('present', record, signal);
  }

  remove(record: TextRecord, signal: AbortSignal): Promise<void> {
    return this.#call('cleanup', record, signal);
  }

  async #call(verb: string, { name, value }: TextRecord, signal: AbortSignal): Promise<void> {
    try {
      await exec(this.#path, [verb, name, value], { signal, timeout: this.#timeout });
    } catch (error) {
      signal.throwIfAborted();
      const stderr = error instanceof ExecError ? error.result.stderr.trim().split('\n').slice(-5) : [];
      throw failure('E_DNS_PROVIDER', `${verb} ${name}: ${messageOf(error)}`, {
        hint: `run it by hand: ${this.#path} ${verb} ${name} ${value}`,
        detail: stderr,
        cause: error,
      });
    }
  }
}
