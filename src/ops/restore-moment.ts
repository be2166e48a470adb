import { isoTime } from '../base/clock.ts';
import { wait } from '../base/retry.ts';
import { filesFor, type RecoveryFiles, whichMoments } from '../model/archive.ts';
import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import { splitReference } from '../model/service-version.ts';
import { type Archive, lastLines } from '../service/service.ts';
import { readKept } from './backup-places.ts';
import { copyService } from './create-service.ts';
import { type Call, type Deps, serviceOf, type Work } from './deps.ts';
import { type Archived, archivedOf, fetchLast, noArchive } from './keep-archive.ts';
import { succeeded } from './run-inside.ts';
import { noWishes } from './wanted-version.ts';

/** Another service, with the data that one had at a moment. The one is only read, and may be broken or stopped. */
export async function restoreMoment(
  deps: Deps,
  call: Call,
  { moment, name }: { readonly moment: number; readonly name: string },
): Promise<Service> {
  const { signal } = call;
  const service = serviceOf(call);
  const { archive, adopt } = deps.services.kinds[service.kind];
  if (!archive || !adopt) throw noArchive(service.kind);
  refuseFuture(moment, deps.clock.now());
  const archived = archivedOf(deps, service);
  if (!archived)
    throw failure('E_NOT_FOUND', `The changes of ${serviceKey(service)} are not kept`, {
      hint: `slipway ${service.kind}:backup-archive ${service.name} begins that`,
    });
  // Before anything is asked of it, or made.
  filesOf(deps, archived, moment);
  await fetchLast(deps, call, archived);
  const files = filesOf(deps, archived, moment);
  const seed = (copy: Service) => recoverCopy(deps, { of: service, files, copy, moment }, call);
  const fill = (copy: Service) =>
    succeeded(deps, copy, { command: adopt(copy.login), code: 'E_SERVICE_RESTORE', signal });
  return copyService(deps, call, { of: service, name, wishes: wishesFor(service, files), seed, fill });
}

/** Files of before an upgrade are for the version of before it. */
function wishesFor({ image: now }: Service, { base }: RecoveryFiles): typeof noWishes {
  if (base.image === null || base.image === now.reference) return noWishes;
  const { image, version } = splitReference(base.image);
  return { ...noWishes, image, imageVersion: version };
}

export interface RecoveryOrder {
  /** Whose files they are. */
  readonly of: Service;
  readonly files: RecoveryFiles;
  readonly copy: Service;
  /** Null: all of it. */
  readonly moment: number | null;
}

/** Puts what is kept into the volume of a new service, and has its program do again what was changed until a moment. */
export async function recoverCopy(
  deps: Deps,
  { of, files: { base, log }, copy, moment }: RecoveryOrder,
  { out, signal }: Work,
): Promise<void> {
  const { archive } = deps.services.kinds[copy.kind];
  if (!archive) throw noArchive(copy.kind);
  out.step(`Copying files of ${isoTime(base.startedAt)}`);
  for (const file of [base, ...log]) await deps.services.fill(copy, await readKept(deps, of, file), signal);
  out.step('Doing again what was changed after that');
  await recover(deps, { copy, archive, moment }, signal);
}

/** Mostly a time of another zone. */
function refuseFuture(moment: number, now: number): void {
  if (moment <= now) return;
  throw failure('E_INPUT', `${isoTime(moment)} is not over yet: it is ${isoTime(now)}`, {
    hint: 'a time without a zone is UTC; another one looks like "2026-01-31 12:00+02:00"',
  });
}

/** What a moment is restored from. Throws E_NOT_FOUND for one that cannot be. */
export function filesOf(deps: Deps, { service, plan }: Archived, moment: number): RecoveryFiles {
  const files = deps.store.archives.files(service.id);
  const found = filesFor(files, plan, moment);
  if (found) return found;
  throw failure('E_NOT_FOUND', `What ${serviceKey(service)} was at ${isoTime(moment)} is not kept`, {
    hint: whichMoments(files, plan, moment),
  });
}

interface Recovery {
  readonly copy: Service;
  readonly archive: Archive;
  readonly moment: number | null;
}

/** Where nothing was written after the moment, its program finds no end, and the last piece is it. */
async function recover(deps: Deps, { copy, archive, moment }: Recovery, signal: AbortSignal): Promise<void> {
  for (const until of new Set([moment, null])) {
    await deps.services.startClosed(copy, signal, archive.recovering(until));
    if (await isRecovered(deps, { copy, archive, moment }, signal)) return;
    await deps.services.stop(copy);
  }
  throw failure('E_SERVICE_RESTORE', `${serviceKey(copy)} did not come to the end of what was kept`);
}

/** Looks that find it ended before it is given up: what ends again and again does not recover. */
const mostEnds = 20;

/** False where it gave up, since nothing was written after the moment. However long it takes: that is as long as it runs. */
async function isRecovered(deps: Deps, { copy, archive }: Recovery, signal: AbortSignal): Promise<boolean> {
  let ends = 0;
  for (let pause = 100; ; pause = Math.min(pause * 1.5, 1000)) {
    if (await ended(deps, copy, { command: archive.recovered(copy.login), signal })) return true;
    const lines = await lastLines(deps.services, copy, { count: 50, signal });
    if (lines.some((line) => archive.endedShort.test(line))) return false;
    if ((await deps.services.standing(copy)).state !== 'running') ends += 1;
    if (ends >= mostEnds)
      throw failure('E_SERVICE_RESTORE', `${serviceKey(copy)} does not start from what was kept`, {
        detail: lines.slice(-10),
      });
    await wait(pause, signal);
  }
}

/** Whether a command ended well; one that could not even be run did not. */
async function ended(
  deps: Deps,
  service: Service,
  { command, signal }: Pick<Parameters<typeof succeeded>[2], 'command' | 'signal'>,
): Promise<boolean> {
  try {
    await succeeded(deps, service, { command, code: 'E_SERVICE_RESTORE', signal });
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
