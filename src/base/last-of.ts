/** Keeps the last so many of all that is added. */
export function lastOf<T>(count: number): { add(item: T): void; all(): readonly T[] } {
  let kept: T[] = [];
  return {
    add(item) {
      kept.push(item);
      // Not at each one: that would move them all each time.
      if (kept.length > 2 * count) kept = kept.slice(-count);
    },
    all: () => (count > 0 ? kept.slice(-count) : []),
  };
}
