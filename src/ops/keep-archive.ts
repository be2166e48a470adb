import { Readable } from 'node:stream';
import { basicTime, isoTime } from '../base/clock.ts';
import { Failure, messageOf } from '../base/failure.ts';
import { randomId } from '../base/ids.ts';
import { type ArchiveFile, type ArchivePlan, isBaseDue } from '../model/archive.ts';
import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { type KindName, serviceKinds } from '../model/service-kind.ts';
import type { InsideCommand } from '../service/service.ts';
import { targetOf } from './backup-places.ts';
import type { Deps, Work } from './deps.ts';
import { outputOf, succeeded } from './run-inside.ts';

/** A service of which every change is kept. */
export interface Archived {
  readonly service: Service;
  readonly plan: ArchivePlan;
}

/** Null where nothing is kept of it. */
export function archivedOf({ store }: Pick<Deps, 'store'>, service: Service): Archived | null {
  const plan = service.archived ? store.archives.plan(service.id) : null;
  return plan && { service, plan };
}

/** Fetches all pieces of its log that wait; none, where it is not archived any more when it has its turn. */
export function fetchLog(deps: Deps, { service }: Archived, signal: AbortSignal): Promise<void> {
  const { id } = service;
  return deps.archiveTurns.run(id, async () => {
    let plan: ArchivePlan | null;
    do plan = deps.store.archives.plan(id);
    while (plan && (await fetchSome(deps, { service, plan }, signal)));
  });
}

/** Whether there were any. What was kept is forgotten inside only then: a piece that is fetched twice is the same. */
async function fetchSome(deps: Deps, archived: Archived, signal: AbortSignal): Promise<boolean> {
  const { service } = archived;
  const { archive } = deps.services.kinds[service.kind];
  if (!archive) return false;
  const inside = (command: InsideCommand) =>
    succeeded(deps, service, { command, code: 'E_SERVICE_DUMP', signal });
  const startedAt = deps.clock.now();
  const names = (await inside(archive.waiting(service.login))).split('\n').filter(archive.isPiece);
  if (names.length === 0) return false;
  await keep(deps, archived, {
    part: 'log',
    command: archive.pack(service.login, names),
    startedAt,
    at: startedAt,
    signal,
  });
  await inside(archive.forget(service.login, names));
  return true;
}

/** What was written until now too, which is still in the piece that its program writes. */
export async function fetchAll(deps: Deps, archived: Archived, signal: AbortSignal): Promise<void> {
  const { service } = archived;
  const { archive } = deps.services.kinds[service.kind];
  if (!archive) return;
  await succeeded(deps, service, { command: archive.flush(service.login), code: 'E_SERVICE_DUMP', signal });
  await fetchLog(deps, archived, signal);
}

/** What was written until now; of one that does not run, what was fetched before is all that there is. */
export async function fetchLast(deps: Deps, { out, signal }: Work, archived: Archived): Promise<void> {
  const { service } = archived;
  out.step(`Fetching the last changes of ${serviceKey(service)}`);
  try {
    await fetchAll(deps, archived, signal);
  } catch (error) {
    signal.throwIfAborted();
    const last = deps.store.archives.files(service.id).at(-1);
    const until = last ? isoTime(last.at) : 'none';
    const reason = [messageOf(error), ...(error instanceof Failure ? error.detail.slice(-1) : [])].join(': ');
    out.warning(`It does not give them (${reason}); kept are those until ${until}`);
  }
}

/** All of its data files as they are now: what is kept of its log from here on can be restored with them. */
export async function keepBase(deps: Deps, archived: Archived, signal: AbortSignal): Promise<void> {
  const { service } = archived;
  const { base } = deps.services.kinds[service.kind];
  if (!base) return;
  const startedAt = deps.clock.now();
  await keep(deps, archived, { part: 'base', command: base(service.login), startedAt, at: null, signal });
}

export function isBaseWanted({ store, clock }: Deps, { service, plan }: Archived): boolean {
  return isBaseDue(store.archives.bases(service.id), plan, clock.now());
}

interface Keeping extends Pick<ArchiveFile, 'part' | 'startedAt'> {
  /** Prints it. */
  readonly command: InsideCommand;
  /** Null: when it is whole. */
  readonly at: number | null;
  readonly signal: AbortSignal;
}

/** Known before its first byte is written, so that one that is cut off by a kill is removed at the next start. */
async function keep(deps: Deps, { service, plan }: Archived, order: Keeping): Promise<void> {
  const { part, command, startedAt, at, signal } = order;
  const { kind, name, id } = service;
  const { archives, backups } = deps.store;
  const { place, since } = plan;
  const object = `${kind}/${name}/archive/${basicTime(startedAt)}-${part}-${randomId(6)}`;
  const image = part === 'base' ? service.image.reference : null;
  const file = archives.begin(id, { part, object, place, image, since, startedAt });
  try {
    const output = outputOf(deps, service, { command, code: 'E_SERVICE_DUMP', signal });
    const bytes = Readable.from(output, { objectMode: false });
    const sealed = deps.backups.sealed(bytes, backups.plan(id).passphrase);
    const written = await targetOf(deps, backups.plan(id), place).write(object, sealed, { signal });
    archives.end(file, { bytes: written.bytes, at: at ?? deps.clock.now() });
  } catch (error) {
    archives.remove(file);
    throw error;
  }
}

/** It has other data files from now on: what was kept does not go with them, and they need a base of their own. */
export function archiveAnew({ store, clock }: Deps, { id }: Service): void {
  const plan = store.archives.plan(id);
  if (plan) store.archives.setPlan(id, { ...plan, since: clock.now() });
}

/** Of a kind that has no log of its changes. */
export function noArchive(kind: KindName) {
  return failure('E_INPUT', `${serviceKinds[kind].title} cannot be restored to a moment`, {
    hint: `slipway ${kind}:backup-schedule makes backups at set times`,
  });
}
