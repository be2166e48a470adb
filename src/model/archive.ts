/** What is set for a service of which every change is kept. */
export interface ArchivePlan {
  /** `local`, or a bucket. */
  readonly place: string;
  /** Days back to which it can be restored. */
  readonly keepDays: number;
  /** Milliseconds since 1970; what was kept before belongs to other data files, and is of no use with those of now. */
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

/** Undefined where no base is old enough. `files`: in the order of `at`. */
export function filesFor(
  files: readonly ArchiveFile[],
  { since }: ArchivePlan,
  moment: number,
): RecoveryFiles | undefined {
  const base = files.findLast(({ part, at }) => part === 'base' && at <= moment);
  if (!base) return undefined;
  const isOfNow = base.startedAt >= since;
  const log = files.filter(
    ({ part, at }) => part === 'log' && at >= base.startedAt && (isOfNow || at < since),
  );
  const last = log.findIndex(({ at }) => at >= moment + lag);
  return { base, log: last < 0 ? log : log.slice(0, last + 1) };
}

/** The first moment that can be restored; null where none can. */
export function firstMoment(files: readonly ArchiveFile[]): number | null {
  return files.find(({ part }) => part === 'base')?.at ?? null;
}

/** A day after the last one, and at once where there is none of the data files of now. */
export function isBaseDue(bases: readonly ArchiveFile[], { since }: ArchivePlan, now: number): boolean {
  const last = bases.findLast(({ startedAt }) => startedAt >= since);
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
