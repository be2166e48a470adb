import { Readable } from 'node:stream';
import { basicTime } from '../base/clock.ts';
import { randomId } from '../base/ids.ts';
import { type Backup, type Counts, localPlace } from '../model/backup.ts';
import { parseCounts } from '../model/judge-backup.ts';
import type { Service } from '../model/service.ts';
import type { Deps, Work } from './deps.ts';
import { targetOf } from './backup-places.ts';
import { dumpOf } from './move-data.ts';
import { succeeded } from './run-inside.ts';
import { keptMessage } from './run-job.ts';
import { toldBytes } from './told-bytes.ts';

export interface BackupWish extends Work {
  /** Null: as it is planned, else the disk of this machine. */
  readonly place: string | null;
}

/**
 * Dumps a service to where its backups are kept; nothing of it is on the disk or in memory as a whole. Throws what went
 * wrong, which is kept with the backup too; then nothing of it is left at its place.
 */
export async function makeBackup(deps: Deps, service: Service, wish: BackupWish): Promise<Backup> {
  const { signal, out } = wish;
  const plan = deps.store.backups.plan(service.id);
  const place = wish.place ?? plan.bucket ?? localPlace;
  const target = targetOf(deps, plan, place);
  const startedAt = deps.clock.now();
  const { id, object } = deps.store.backups.begin({
    kind: service.kind,
    name: service.name,
    object: objectName(service, startedAt),
    place,
    encrypted: plan.passphrase !== null,
    startedAt,
  });
  const meter = { bytes: 0 };
  try {
    const before = await countsOf(deps, service, signal);
    const dump = Readable.from(
      metered(toldBytes(dumpOf(deps, service, signal), { out, done: 'dumped' }), meter),
      { objectMode: false },
    );
    const sealed = deps.backups.sealed(dump, plan.passphrase);
    await deps.reached('backup begun');
    const { bytes } = await target.write(object, sealed, { signal });
    const after = await countsOf(deps, service, signal);
    const counts = before && after && { before, after };
    const end = { dumpBytes: meter.bytes, bytes, counts, failure: null, at: deps.clock.now() };
    deps.store.backups.end(id, { state: 'made', ...end });
  } catch (error) {
    const end = { dumpBytes: meter.bytes, bytes: 0, counts: null, at: deps.clock.now() };
    deps.store.backups.end(id, { state: 'failed', ...end, failure: keptMessage(error) });
    throw error;
  }
  return backupNow(deps, id);
}

/** The backup as the store has it now. */
export function backupNow({ store }: Pick<Deps, 'store'>, id: number): Backup {
  const backup = store.backups.find(id);
  if (!backup) throw new Error(`backup ${id} is not in the store`);
  return backup;
}

/** `postgres/db/20261126T030000Z-k3jd8s`: by time, and one that nobody else writes. */
function objectName({ kind, name }: Service, at: number): string {
  return `${kind}/${name}/${basicTime(at)}-${randomId(6)}`;
}

async function* metered(source: AsyncIterable<Buffer>, meter: { bytes: number }): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    meter.bytes += chunk.length;
    yield chunk;
  }
}

/** How much is in each part of its data; null where its kind cannot tell. */
export async function countsOf(deps: Deps, service: Service, signal: AbortSignal): Promise<Counts | null> {
  const { count } = deps.services.kinds[service.kind];
  if (!count) return null;
  const order = { command: count(service.login), code: 'E_SERVICE_DUMP', signal } as const;
  return parseCounts(await succeeded(deps, service, order));
}
