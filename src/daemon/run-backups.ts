import type { Deps } from '../ops/deps.ts';
import { runDueBackups } from '../ops/due-backups.ts';

/** A schedule of cron knows minutes. */
const pause = 60_000;

/** Looks every minute which backups are due. Gives what stops that; those under way end by themselves. */
export function runBackups(deps: Deps): () => void {
  const look = () => {
    if (!deps.startup.problem) deps.later('backups that are due', () => runDueBackups(deps));
  };
  const timer = setInterval(look, pause);
  return () => clearInterval(timer);
}
