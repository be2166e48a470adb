import type { Deps } from '../ops/deps.ts';
import { runDueBackups } from '../ops/due-backups.ts';

/** A schedule of cron knows minutes. */
const pause = 60_000;

/** Looks now and every minute which backups are due: one that was missed while slipwayd was down is made. Gives what stops that; those under way end by themselves. */
export function runBackups(deps: Deps): () => void {
  const look = () => {
    if (!deps.startup.problem) deps.later('backups that are due', () => runDueBackups(deps));
  };
  look();
  const timer = setInterval(look, pause);
  return () => clearInterval(timer);
}
