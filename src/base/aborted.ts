/** A promise that rejects when the signal is aborted, with what `reason` then gives; never resolves. */
export function aborted(signal: AbortSignal, reason: () => Error): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(reason());
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  promise.catch(() => {});
  return promise;
}
