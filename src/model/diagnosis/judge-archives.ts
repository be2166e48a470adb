import { counted } from '../counted.ts';
import type { ArchiveFile } from '../archive.ts';
import { type ServiceName, serviceKey } from '../service.ts';
import { areaOf, type Finding, problemsOr } from './finding.ts';

/** What was found of a service of which every change is kept. */
export interface ArchiveFact {
  readonly service: ServiceName;
  /** What it says itself of why it is behind. */
  readonly stalled: readonly string[];
  /** In the order of their `at`. */
  readonly files: readonly ArchiveFile[];
  /** When it was last restored, to see that it can be. */
  readonly provenAt: number | null;
}

const archives = areaOf('Archives');

/** Milliseconds: both are done each day. */
const longestWithout = 48 * 60 * 60 * 1000;

/** Whether what is written to services is kept in time. Nothing where nothing is to be kept. */
export function judgeArchives(facts: readonly ArchiveFact[], now: number): readonly Finding[] {
  if (facts.length === 0) return [];
  const problems = facts.flatMap(({ service, ...fact }) =>
    reasons(fact, now).map((reason) =>
      archives.broken(
        `${serviceKey(service)}: ${reason}`,
        `slipway events and slipway ${service.kind}:logs ${service.name} show what fails`,
      ),
    ),
  );
  return problemsOr(
    problems,
    archives.ok(`${counted(facts.length, 'service')} of which every change is kept`),
  );
}

function reasons({ stalled, files, provenAt }: Omit<ArchiveFact, 'service'>, now: number): readonly string[] {
  const base = files.findLast(({ part }) => part === 'base');
  const isOld = (at: number | null | undefined) => now - (at ?? 0) > longestWithout;
  return [
    ...stalled,
    ...(isOld(base?.at)
      ? ['no base of its files was kept for two days: a restore takes longer each day']
      : []),
    ...(isOld(provenAt) ? ['what is kept was not restored for two days, to see that it can be'] : []),
  ];
}
