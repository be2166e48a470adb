import type { Log } from '../base/log.ts';

/** Work that no caller waits for. Kept track of, so that a stop can wait for it. */
export class Background {
  readonly #running = new Set<Promise<void>>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  start(what: string, work: () => Promise<void>): void {
    const done = work()
      .catch((error: unknown) => this.#log.error({ err: error }, `failed: ${what}`))
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  /** When all that is under way has ended, or after so many milliseconds. */
  async settled(timeout: number): Promise<void> {
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, timeout).unref();
    });
    while (this.#running.size > 0) {
      const all = Promise.all(this.#running).then(() => 'done');
      if ((await Promise.race([all, late])) !== 'done') return;
    }
  }
}
