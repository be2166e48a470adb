import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  /** Milliseconds before the second try; each further pause is `factor` times the one before, up to `maxPause`. */
  readonly firstPause: number;
  readonly maxPause: number;
  readonly factor?: number;
  /** Milliseconds after which no further try begins. */
  readonly timeout: number;
  readonly signal?: AbortSignal;
}

/** Calls `attempt` until it gives a value; undefined when the time is over. Throws what `attempt` or the signal throws. */
export async function retryUntil<T>(
  attempt: () => Promise<T | undefined>,
  options: RetryOptions,
): Promise<T | undefined> {
  const end = performance.now() + options.timeout;
  let pause = options.firstPause;
  for (;;) {
    options.signal?.throwIfAborted();
    const value = await attempt();
    if (value !== undefined) return value;
    if (performance.now() + pause > end) return undefined;
    await wait(pause, options.signal);
    pause = Math.min(pause * (options.factor ?? 1.5), options.maxPause);
  }
}

/** Waits so many milliseconds; throws the signal's reason as soon as it is aborted. */
export async function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal ? { signal } : {}).catch((error: unknown) => {
    throw signal?.aborted ? signal.reason : error;
  });
}
