import type { Deps } from '../ops/deps.ts';
import { ArchiveKeeper } from '../ops/due-archives.ts';

/** With the 30 seconds after which a piece of a log is ended, what is lost with a machine is less than a minute. */
const pause = 10_000;

/** Looks every few seconds for what waits. Gives what stops that, and what is under way. */
export function runArchives(deps: Deps): () => void {
  const keeper = new ArchiveKeeper(deps);
  const end = new AbortController();
  const look = () => {
    if (!deps.startup.problem) deps.later('archives of services', () => keeper.look(end.signal));
  };
  const timer = setInterval(look, pause);
  return () => {
    clearInterval(timer);
    end.abort();
  };
}
