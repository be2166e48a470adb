import type { Deps } from '../ops/deps.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Copies the store once a day, from now on; gives what ends that. A copy that fails is tried again in an hour. */
export function copyDaily(deps: Pick<Deps, 'storeFile' | 'clock' | 'later'>): () => void {
  const look = () => deps.later('copy the store', async () => copyIfOld(deps));
  look();
  const timer = setInterval(look, hour).unref();
  return () => clearInterval(timer);
}

/** A copy from the future is that of a clock that was wrong. */
function copyIfOld({ storeFile, clock }: Pick<Deps, 'storeFile' | 'clock'>): void {
  if (storeFile.problem) return;
  const [newest] = storeFile.copies();
  const age = newest ? clock.now() - newest.at : day;
  if (age >= day || age < 0) storeFile.copy();
}
