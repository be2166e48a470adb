/** Gives a function that runs at most so many pieces of work at the same time, begun in the order they were handed in. */
export function atMost(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: PromiseWithResolvers<void>[] = [];
  return async (work) => {
    if (running < limit) running += 1;
    else await queued(waiting);
    try {
      return await work();
    } finally {
      // The place is handed on, so that nobody who comes now takes it.
      const next = waiting.shift();
      if (next) next.resolve();
      else running -= 1;
    }
  };
}

function queued(waiting: PromiseWithResolvers<void>[]): Promise<void> {
  const turn = Promise.withResolvers<void>();
  waiting.push(turn);
  return turn.promise;
}
