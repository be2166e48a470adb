import type { Deps } from '../ops/deps.ts';
import { DiskWatch } from '../ops/disk-watch.ts';

const minute = 60_000;

/** Looks at the disk now and each minute; gives what ends that. */
export function watchDisk(deps: Deps): () => void {
  const watch = new DiskWatch(deps);
  const look = () => deps.later('look at the disk', () => watch.look());
  look();
  const timer = setInterval(look, minute).unref();
  return () => clearInterval(timer);
}
