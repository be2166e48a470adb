import { targetOf } from './backup-places.ts';
import type { Deps } from './deps.ts';

/*
 * At the start of slipwayd: what was being written when it ended. What that left where it was to be kept goes as soon as
 * it can be had.
 */

/** They have failed. */
export function endCutOffBackups(deps: Deps): void {
  for (const { id, kind, name, place, object } of deps.store.backups.unfinished()) {
    const end = { dumpBytes: 0, bytes: 0, counts: null, at: deps.clock.now() };
    deps.store.backups.end(id, { ...end, state: 'failed', failure: 'slipwayd ended while it was made' });
    const service = deps.store.services.find({ kind, name });
    if (service)
      deps.later(`remove what is left of backup ${id}`, () =>
        removeObject(deps, { service: service.id, place, object }),
      );
  }
}

/** They are forgotten once they are gone; of what they were for nothing else is lost, since it waits in the service. */
export function endCutOffArchives(deps: Deps): void {
  for (const { id, ...file } of deps.store.archives.unfinished())
    deps.later(`remove what is left of ${file.object}`, async () => {
      await removeObject(deps, file);
      deps.store.archives.remove(id);
    });
}

async function removeObject(
  deps: Deps,
  { service, place, object }: { readonly service: number; readonly place: string; readonly object: string },
): Promise<void> {
  await targetOf(deps, deps.store.backups.plan(service), place).remove(object);
}
