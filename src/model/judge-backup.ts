import { type Backup, type Counts, isVerified } from './backup.ts';
import { formatBytes } from './size.ts';

/** Rows that may come and go while a dump is made, beside a hundredth of all. */
const slack = 10;

/**
 * What is missing in a restored copy, against what was counted around its dump: a line for each part. Nothing, where its
 * kind cannot count.
 */
export function countProblems(counts: Backup['counts'], restored: Counts | null): readonly string[] {
  if (!counts || !restored) return [];
  return Object.entries(counts.before).flatMap(([part, before]) => {
    const after = counts.after[part];
    // One that was dropped meanwhile may be in the dump or not.
    if (after === undefined) return [];
    const found = restored[part];
    if (found === undefined) return [`${part} is missing`];
    const least = Math.min(before, after);
    const enough = least - Math.max(slack, least / 100);
    const isQuiet = before === after;
    return found < (isQuiet && before <= slack ? before : enough) ? [`${part} has ${found} of ${least}`] : [];
  });
}

/** Below so much a half tells nothing: bytes of a dump, rows or keys of all. */
const telling = { bytes: 100_000, rows: 100 };

/** A backup of less than half of what the one before had: something is lost, or somebody deleted much. Null: neither. */
export function shrinkage(backup: Backup, earlier: Backup | undefined): string | null {
  if (!earlier) return null;
  const rows = { now: rowsOf(backup), before: rowsOf(earlier) };
  if (rows.now !== null && rows.before !== null && isCollapse(rows.now, rows.before, telling.rows))
    return `it has ${rows.now} rows or keys, and the one before had ${rows.before}`;
  return isCollapse(backup.dumpBytes, earlier.dumpBytes, telling.bytes)
    ? `the dump has ${formatBytes(backup.dumpBytes)}, and the one before had ${formatBytes(earlier.dumpBytes)}`
    : null;
}

function isCollapse(now: number, before: number, least: number): boolean {
  return before >= least && now * 2 < before;
}

function rowsOf({ counts }: Backup): number | null {
  return counts && Object.values(counts.after).reduce((sum, count) => sum + count, 0);
}

/** The one that was made before it. `all`: those of its service, newest first. */
export function earlierOf(backup: Backup, all: readonly Backup[]): Backup | undefined {
  return all.find(({ id, state }) => id < backup.id && state === 'made');
}

/** Lines of `NAME<tab>NUMBER`, as each kind prints its counts. */
export function parseCounts(text: string): Counts {
  const lines = text.split('\n').map((line) => line.split('\t'));
  return Object.fromEntries(
    lines.flatMap(([name = '', count = '']) => (/^\d+$/.test(count) ? [[name, Number(count)] as const] : [])),
  );
}

/** Whether nothing speaks against it; it may not have been verified yet. `all`: those of its service, newest first. */
export function isGood(backup: Backup, all: readonly Backup[]): boolean {
  const isBroken = backup.verified !== null && !isVerified(backup);
  return backup.state === 'made' && !isBroken && shrinkage(backup, earlierOf(backup, all)) === null;
}

/** `verified`, `not verified yet`, `failed: ...`, for people. `all`: those of its service, newest first. */
export function backupStanding(backup: Backup, all: readonly Backup[]): string {
  if (backup.state === 'making') return 'being made';
  if (backup.state === 'failed') return `failed: ${backup.failure ?? 'unknown'}`;
  if (backup.verified && !isVerified(backup)) return `broken: ${backup.verified.problems.join('; ')}`;
  const shrunk = shrinkage(backup, earlierOf(backup, all));
  const standing = backup.verified ? 'verified' : 'not verified yet';
  return shrunk === null ? standing : `${standing}, but ${shrunk}`;
}
