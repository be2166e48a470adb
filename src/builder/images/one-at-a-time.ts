/** Work of which only one of each name runs at any moment; further ones wait, and then run too. */
export class OneAtATime {
  readonly #running = new Map<string, Promise<unknown>>();

  /** Throws what the work throws, or the signal's reason when it is aborted while this waits. */
  async run<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    for (let other = this.#running.get(name); other; other = this.#running.get(name))
      await settled(other, signal);
    signal.throwIfAborted();
    const running = work();
    this.#running.set(name, running);
    try {
      return await running;
    } finally {
      this.#running.delete(name);
    }
  }
}

/** Waits until it ends, well or not, or the signal is aborted. */
function settled(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    const end = () => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    work.then(end, end);
  });
}
