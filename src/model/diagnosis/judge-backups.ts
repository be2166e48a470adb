import type { Backup, BackupPlan } from '../backup.ts';
import { nextRun } from '../backup-schedule.ts';
import { counted } from '../counted.ts';
import { backupStanding, isGood } from '../judge-backup.ts';
import { type ServiceName, serviceKey } from '../service.ts';
import { areaOf, type Finding, problemsOr } from './finding.ts';

/** A service whose backups are planned. */
export interface BackupFact {
  readonly service: ServiceName;
  readonly plan: Pick<BackupPlan, 'schedule' | 'since'>;
  /** Newest first. */
  readonly backups: readonly Backup[];
}

/** So much later than planned a backup may begin: others are made before it, and slipwayd may just have been restarted. */
const grace = 3_600_000;

const area = areaOf('Backups');

/** Whether the planned backups are made, can be restored and have what is to be expected; times are milliseconds since 1970. */
export function judgeBackups(facts: readonly BackupFact[], now: number): readonly Finding[] {
  const planned = facts.filter(({ plan }) => plan.schedule !== null);
  const problems = facts.flatMap((fact) => [...overdue(fact, now), ...newest(fact)]);
  return problemsOr(problems, area.ok(`${counted(planned.length, 'service')} by a schedule`));
}

function overdue({ service, plan, backups }: BackupFact, now: number): readonly Finding[] {
  if (plan.schedule === null) return [];
  const due = nextRun(plan.schedule, Math.max(plan.since, backups[0]?.startedAt ?? 0));
  if (due + grace > now) return [];
  const text = `The backup of ${serviceKey(service)} was due at ${new Date(due).toISOString().slice(0, 16)}Z`;
  return [area.broken(text, `slipway ${service.kind}:backup ${service.name} makes it now`)];
}

/** The last one alone: what was wrong with an earlier one is over. */
function newest({ service, backups }: BackupFact): readonly Finding[] {
  const last = backups.find(({ state }) => state !== 'making');
  if (!last || isGood(last, backups)) return [];
  const text = `Backup ${last.id} of ${serviceKey(service)}: ${backupStanding(last, backups)}`;
  return [area.broken(text, `slipway ${service.kind}:backup ${service.name}, when that is mended`)];
}
