import { messageOf } from '../base/failure.ts';
import { type ArchiveFile, outdatedFiles } from '../model/archive.ts';
import type { Out } from '../model/line.ts';
import { targetOf } from './backup-places.ts';
import type { Deps } from './deps.ts';
import type { Archived } from './keep-archive.ts';

/** Lets go of what is not needed any more to restore to any moment of the last so many days. */
export async function pruneArchive(deps: Deps, archived: Archived): Promise<void> {
  const { service, plan } = archived;
  const { archives } = deps.store;
  const now = deps.clock.now();
  // Nothing goes before a base does, and parts of the log are many.
  if (outdatedFiles(archives.bases(service.id), plan, now).length === 0) return;
  for (const file of outdatedFiles(archives.files(service.id), plan, now))
    await removeFile(deps, archived, file);
}

/** What is kept of it, and the plan: for good. A place that is gone keeps nobody from it: then why is said. */
export function removeArchive(deps: Deps, archived: Archived, out: Out): Promise<void> {
  const { id } = archived.service;
  return deps.archiveTurns.run(id, async () => {
    const problems = new Set<string>();
    for (const file of deps.store.archives.files(id)) {
      await removeFile(deps, archived, file).catch((error: unknown) => {
        problems.add(messageOf(error));
        deps.store.archives.remove(file.id);
      });
    }
    for (const problem of problems) out.warning(`Not all that was kept could be removed: ${problem}`);
    deps.store.archives.removePlan(id);
  });
}

async function removeFile(deps: Deps, { service }: Archived, file: ArchiveFile): Promise<void> {
  await targetOf(deps, deps.store.backups.plan(service.id), file.place).remove(file.object);
  deps.store.archives.remove(file.id);
}
