import { isoTime } from '../base/clock.ts';

/** What is set for a service of which every change is kept. */
export interface ArchivePlan {
  /** `local`, or a bucket. */
  readonly place: string;
  /** Days back to which it can be restored. */
  readonly keepDays: number;
  /** Milliseconds since 1970: from when on it has the data files of now. An upgrade gives it other ones. */
  readonly since: number;
  /** When what is kept was last restored, to see that it can be; null: not yet. */
  readonly provenAt: number | null;
}

export const archiveParts = ['base', 'log'] as const;

/** One object of an archive: all data files as they were, or a part of the log that was written after. */
export interface ArchiveFile {
  readonly id: number;
  readonly part: (typeof archiveParts)[number];
  readonly object: string;
  readonly place: string;
  readonly bytes: number;
  /** Of a base: the image whose program its files are of, `postgres:15`; null of the log. */
  readonly image: string | null;
  /** That of the plan, when it was made: only what has the same belongs to the same data files. */
  readonly since: number;
  /** When it was begun: of a base, from where on the log is needed with it. */
  readonly startedAt: number;
  /** When it was whole: of a base, from when on it serves; of the log, to when it reaches at most. */
  readonly at: number;
}

const day = 24 * 60 * 60 * 1000;

/**
 * What was written at a moment can be in a part of the log that comes later: one is ended after 30 seconds at the latest,
 * and fetched within a minute.
 */
const lag = 120_000;

/** What restoring to a moment needs, the log in its order. */
export interface RecoveryFiles {
  readonly base: ArchiveFile;
  readonly log: readonly ArchiveFile[];
}

/** Undefined where no base serves. `files`: in the order of `at`. */
export function filesFor(
  files: readonly ArchiveFile[],
  plan: ArchivePlan,
  moment: number,
): RecoveryFiles | undefined {
  const base = files.findLast(({ part, at }) => part === 'base' && at <= moment);
  if (!base || moment >= endOf(base, files, plan)) return undefined;
  const log = files.filter(
    ({ part, since, at }) => part === 'log' && since === base.since && at >= base.startedAt,
  );
  const last = log.findIndex(({ at }) => at >= moment + lag);
  return { base, log: last < 0 ? log : log.slice(0, last + 1) };
}

/** When the service got other data files than those of a base; Infinity: it has them still. */
function endOf(base: ArchiveFile, files: readonly ArchiveFile[], plan: ArchivePlan): number {
  const earlier = (end: number, { since }: { readonly since: number }) =>
    since > base.since ? Math.min(end, since) : end;
  return [plan, ...files].reduce(earlier, Infinity);
}

/** Of a moment that cannot be restored: which ones near it can. */
export function whichMoments(files: readonly ArchiveFile[], plan: ArchivePlan, moment: number): string {
  const bases = files.filter(({ part }) => part === 'base');
  const before = bases.findLast(({ at }) => at <= moment);
  const next = bases.find(({ at }) => at > moment);
  const until = before && `before ${isoTime(endOf(before, files, plan))}, when it got other data files`;
  const from = next ? `from ${isoTime(next.at)} on` : 'after the data files of now are copied';
  return `choose a moment ${[until, from].filter((part) => part !== undefined).join(', or ')}`;
}

/** The first moment that can be restored; null where none can. */
export function firstMoment(files: readonly ArchiveFile[]): number | null {
  return files.find(({ part }) => part === 'base')?.at ?? null;
}

/** A day after the last one, and at once where there is none of the data files of now. */
export function isBaseDue(bases: readonly ArchiveFile[], { since }: ArchivePlan, now: number): boolean {
  const last = bases.findLast((base) => base.since === since);
  return !last || now - last.startedAt >= day;
}

/** What is not needed any more to restore to a moment of the last so many days: never the last base, nor what follows it. */
export function outdatedFiles(
  files: readonly ArchiveFile[],
  { keepDays }: ArchivePlan,
  now: number,
): readonly ArchiveFile[] {
  const oldest = files.findLast(({ part, at }) => part === 'base' && at <= now - keepDays * day);
  if (!oldest) return [];
  return files.filter((file) => file !== oldest && file.at < oldest.startedAt);
}
