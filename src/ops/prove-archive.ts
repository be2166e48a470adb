import { silent } from '../model/line.ts';
import type { Deps } from './deps.ts';
import type { Archived } from './keep-archive.ts';
import { discardService } from './remove-service.ts';
import { filesOf, recoverCopy } from './restore-moment.ts';
import { throwAway } from './verify-backup.ts';

/** Restores what is kept of a service, up to now, into one that is thrown away: only then it counts. Throws why it cannot be. */
export async function proveArchive(deps: Deps, archived: Archived, signal: AbortSignal): Promise<void> {
  const { service } = archived;
  const copy = throwAway(deps, service);
  try {
    const files = filesOf(deps, archived, deps.clock.now());
    await recoverCopy(deps, { of: service, files, copy, moment: null }, { out: silent, signal });
  } finally {
    await discardService(deps, copy);
  }
  const plan = deps.store.archives.plan(service.id);
  // It may have been taken back meanwhile.
  if (plan) deps.store.archives.setPlan(service.id, { ...plan, provenAt: deps.clock.now() });
}
