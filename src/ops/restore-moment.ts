import { messageOf } from '../base/failure.ts';
import { wait } from '../base/retry.ts';
import { type ArchiveFile, filesFor, firstMoment } from '../model/archive.ts';
import { failure } from '../model/failures.ts';
import { type Service, serviceKey } from '../model/service.ts';
import type { Archive } from '../service/service.ts';
import { targetOf } from './backup-places.ts';
import { copyService } from './create-service.ts';
import { type Call, type Deps, serviceOf, type Work } from './deps.ts';
import { type Archived, archivedOf, fetchAll, noArchive } from './keep-archive.ts';
import { succeeded } from './run-inside.ts';

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
  await fetchLast(deps, call, archived);
  // Before anything is made.
  filesOf(deps, archived, moment);
  const seed = (copy: Service) => recoverCopy(deps, archived, { copy, moment, ...call });
  const fill = (copy: Service) =>
    succeeded(deps, copy, { command: adopt(copy.login), code: 'E_SERVICE_RESTORE', signal });
  return copyService(deps, call, { of: service, name, seed, fill });
}

/**
 * Puts what is kept into the volume of a new service, and has its program do again what was changed until a moment; null:
 * all of it.
 */
export async function recoverCopy(
  deps: Deps,
  archived: Archived,
  { copy, moment, out, signal }: Work & { readonly copy: Service; readonly moment: number | null },
): Promise<void> {
  const { archive } = deps.services.kinds[copy.kind];
  if (!archive) throw noArchive(copy.kind);
  const { base, log } = filesOf(deps, archived, moment ?? deps.clock.now());
  out.step(`Copying files of ${new Date(base.startedAt).toISOString()}`);
  for (const file of [base, ...log]) await place(deps, { archived, file, copy }, signal);
  out.step('Doing again what was changed after that');
  await recover(deps, { copy, archive, moment }, signal);
}

/** Mostly a time of another zone. */
function refuseFuture(moment: number, now: number): void {
  if (moment <= now) return;
  throw failure(
    'E_INPUT',
    `${new Date(moment).toISOString()} is not over yet: it is ${new Date(now).toISOString()}`,
    {
      hint: 'a time without a zone is UTC; another one looks like "2026-01-31 12:00+02:00"',
    },
  );
}

/** What was written until now; of one that does not run, what was fetched before is all that there is. */
async function fetchLast(deps: Deps, { out, signal }: Call, archived: Archived): Promise<void> {
  const { service } = archived;
  out.step(`Fetching the last changes of ${serviceKey(service)}`);
  try {
    await fetchAll(deps, archived, signal);
  } catch (error) {
    signal.throwIfAborted();
    const last = deps.store.archives.files(service.id).at(-1);
    const until = last ? new Date(last.at).toISOString() : 'none';
    out.warning(`It does not give them (${messageOf(error)}); kept are those until ${until}`);
  }
}

/** Throws E_NOT_FOUND for a moment of before there was anything. */
function filesOf(deps: Deps, { service, plan }: Archived, moment: number) {
  const files = deps.store.archives.files(service.id);
  const found = filesFor(files, plan, moment);
  if (found) return found;
  const first = firstMoment(files);
  throw failure(
    'E_NOT_FOUND',
    `Nothing is kept of ${serviceKey(service)} that is as old as ${new Date(moment).toISOString()}`,
    first === null ? {} : { hint: `the first moment is ${new Date(first).toISOString()}` },
  );
}

/** One object into the volume of the copy. */
async function place(
  deps: Deps,
  {
    archived,
    file,
    copy,
  }: { readonly archived: Archived; readonly file: ArchiveFile; readonly copy: Service },
  signal: AbortSignal,
): Promise<void> {
  const plan = deps.store.backups.plan(archived.service.id);
  const sealed = await targetOf(deps, plan, file.place).read(file.object);
  await deps.services.fill(copy, deps.backups.unsealed(sealed, plan.passphrase), signal);
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
    const lines = await lastLines(deps, copy, signal);
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

async function lastLines(deps: Deps, service: Service, signal: AbortSignal): Promise<readonly string[]> {
  const lines: string[] = [];
  const onLine = ({ text }: { readonly text: string }) => void lines.push(text);
  await deps.services.logs(service, { lines: 50, follow: false, onLine }, signal);
  return lines;
}
