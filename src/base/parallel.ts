/**
 * Calls `work` for each item, at most `limit` at the same time, and gives the results in the order of the items.
 * After a failure no further call begins; those under way are waited for, then the first error is thrown.
 */
export async function mapParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const errors: unknown[] = [];
  const queue = items.entries();
  const runner = async () => {
    for (const [at, item] of queue) {
      try {
        results[at] = await work(item);
      } catch (error) {
        errors.push(error);
      }
      if (errors.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runner));
  if (errors.length > 0) throw errors[0];
  return results;
}
