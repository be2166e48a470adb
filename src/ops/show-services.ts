import { isoTime } from '../base/clock.ts';
import { type Report, type ReportRow, row } from '../contract/report.ts';
import { placeText } from '../model/place.ts';
import { type Service, serviceKey } from '../model/service.ts';
import type { KindName } from '../model/service-kind.ts';
import { firstMoment } from '../model/archive.ts';
import { isVerified } from '../model/backup.ts';
import { backupStanding } from '../model/judge-backup.ts';
import { describeFacts } from '../model/service-facts.ts';
import { formatBytes } from '../model/size.ts';
import { type Deps, serviceOf } from './deps.ts';
import type { Handler } from './handler.ts';
import { archivedOf } from './keep-archive.ts';
import { linkedService } from './load-service.ts';
import { factsOf } from './service-facts.ts';

export const infoOfService: Handler<'postgres:info'> = (deps, call) =>
  informOf(deps, serviceOf(call), call.signal);

/** All there is to know of it, its address with the password too. */
export async function informOf(deps: Deps, service: Service, signal: AbortSignal): Promise<Report> {
  const { name, image, size, createdAt } = service;
  const status = await statusOf(deps, service);
  const facts = status === 'running' ? await factsOf(deps, service, signal) : {};
  const rows = [
    row('Dsn', linkedService(deps, service).url),
    row('Host', deps.names.serviceHost(service)),
    row('Port', deps.services.kinds[service.kind].port),
    row('Exposed ports', service.exposed ? placeText(service.exposed) : '-'),
    row('Status', status),
    row('Version', image.reference),
    row('Image id', image.id),
    row('Memory limit', size.memory === null ? 'none' : formatBytes(size.memory)),
    ...describeFacts(facts).map(([label, value]) => row(label, value)),
    ...backupRows(deps, service),
    ...archiveRows(deps, service),
    row('Links', linkedApps(deps, service).join(' ') || '-'),
    row('Data volume', deps.names.volume(service)),
    ...keptRows(deps, service),
    row('Created at', isoTime(createdAt)),
  ];
  return [{ app: name, group: `${service.kind} service`, rows }];
}

/** Of one of which every change is kept. */
function archiveRows(deps: Deps, service: Service): readonly ReportRow[] {
  const archived = archivedOf(deps, service);
  if (!archived) return [];
  const files = deps.store.archives.files(service.id);
  const first = firstMoment(files);
  const last = files.at(-1)?.at ?? null;
  const { place, keepDays, provenAt } = archived.plan;
  return [
    row(
      'Archive',
      `${keepDays} days (${place}), ${formatBytes(files.reduce((sum, { bytes }) => sum + bytes, 0))}`,
    ),
    row('Archive begins', first === null ? 'none' : isoTime(first)),
    row('Archive restored', provenAt === null ? 'not yet' : isoTime(provenAt)),
    row('Last archived', last === null ? 'none' : isoTime(last)),
  ];
}

/** What its last upgrade has kept. */
function keptRows({ names }: Deps, { kept, ...service }: Service): readonly ReportRow[] {
  if (!kept) return [];
  const volume = names.volume({ ...service, volume: kept.volume });
  return [row('Kept volume', `${volume} (${kept.image.reference}, since ${isoTime(kept.since)})`)];
}

/** Nothing for a kind that has none. */
function backupRows({ store, services }: Deps, service: Service): readonly ReportRow[] {
  if (!services.kinds[service.kind].dump) return [];
  const all = store.backups.of(service);
  const [last] = all;
  const verified = all.find(isVerified);
  return [
    row('Last backup', last ? `${isoTime(last.startedAt)} ${backupStanding(last, all)}` : 'none'),
    row('Last verified backup', verified ? isoTime(verified.startedAt) : 'none'),
  ];
}

export function listServices(kind: KindName): Handler<'postgres:list'> {
  return async (deps) =>
    Promise.all(
      deps.store.services.all(kind).map(async (service) => ({
        name: service.name,
        version: service.image.reference,
        status: await statusOf(deps, service),
        apps: linkedApps(deps, service),
      })),
    );
}

export function serviceExists(kind: KindName): Handler<'postgres:exists'> {
  return async (deps, _call, { name }) => ({
    exists: deps.store.services.find({ kind, name }) !== undefined,
  });
}

export const serviceLogs: Handler<'postgres:logs'> = async (deps, call, { tail, num }) => {
  const service = serviceOf(call);
  const onLine = ({ time, text }: { readonly time: string; readonly text: string }) =>
    call.out.out(`${time.slice(0, '2026-01-01T00:00:00.000000'.length)}Z ${serviceKey(service)}: ${text}`);
  await deps.services.logs(service, { lines: num ?? 100, follow: tail, onLine }, call.signal);
  return {};
};

/** `running`, `stopped`, `making`, or what is wrong. */
async function statusOf(deps: Deps, service: Service): Promise<string> {
  if (service.state !== 'ready') return service.state;
  const { state } = await deps.services.standing(service);
  return state === 'stopped' && !service.stopped ? 'missing' : state;
}

function linkedApps({ store }: Deps, { id }: Service): readonly string[] {
  return store.links
    .ofService(id)
    .filter(({ state }) => state !== 'linking')
    .map(({ app }) => app);
}
