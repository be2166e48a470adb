import { type Backup, type Counts, isVerified } from './backup.ts';
import { formatBytes } from './size.ts';

/** Rows that may come and go while a dump is made, beside a hundredth of all. */
const slack = 10;

/** What is missing in a restored copy, against what was counted around its dump: a line for each part. */
export function countProblems(
  counts: { readonly before: Counts; readonly after: Counts },
  restored: Counts,
): readonly string[] {
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

/** A backup that is less than half of the one before has lost something, or somebody deleted much: both are worth a word. */
export function shrinkage(backup: Backup, earlier: Backup | undefined): string | null {
  if (!earlier || earlier.dumpBytes < 100_000 || backup.dumpBytes * 2 >= earlier.dumpBytes) return null;
  return `the dump has ${formatBytes(backup.dumpBytes)}, and the one before had ${formatBytes(earlier.dumpBytes)}`;
}

/** Lines of `NAME<tab>NUMBER`, as each kind prints its counts. */
export function parseCounts(text: string): Counts {
  const lines = text.split('\n').map((line) => line.split('\t'));
  return Object.fromEntries(
    lines.flatMap(([name = '', count = '']) => (/^\d+$/.test(count) ? [[name, Number(count)] as const] : [])),
  );
}

/** `verified`, `not verified yet`, `failed: ...`, for people. */
export function backupStanding(backup: Backup): string {
  if (backup.state === 'making') return 'being made';
  if (backup.state === 'failed') return `failed: ${backup.failure ?? 'unknown'}`;
  if (isVerified(backup)) return 'verified';
  return backup.verified ? `broken: ${backup.verified.problems.join('; ')}` : 'not verified yet';
}
