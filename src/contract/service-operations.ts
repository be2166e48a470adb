import { type Ability, type KindName, serviceKinds } from '../model/service-kind.ts';
import { archiveRows } from './groups/service-archives.ts';
import { backupRows } from './groups/service-backups.ts';
import { copyRows } from './groups/service-copies.ts';
import { dataRows } from './groups/service-data.ts';
import { linkRows } from './groups/service-links.ts';
import { doorRows } from './groups/service-doors.ts';
import { restoreRows } from './groups/service-restores.ts';
import { upgradeRows } from './groups/service-upgrades.ts';
import { serviceRows } from './groups/services.ts';

/** All rows of one kind, by the words behind the colon. */
function rowsOf(kind: KindName) {
  return {
    ...serviceRows(kind),
    ...copyRows(kind),
    ...linkRows(kind),
    ...dataRows(kind),
    ...backupRows(kind),
    ...archiveRows(kind),
    ...restoreRows(kind),
    ...upgradeRows(kind),
    ...doorRows(kind),
  };
}

/** What each of these verbs takes of a kind; all others are for every kind. */
const needs: { readonly [V in ServiceVerb]?: Ability } = {
  connect: 'client',
  export: 'dump',
  import: 'dump',
  clone: 'dump',
  backup: 'dump',
  'backup-verify': 'dump',
  backups: 'dump',
  'backup-remove': 'dump',
  restore: 'dump',
  'backup-auth': 'dump',
  'backup-deauth': 'dump',
  'backup-schedule': 'dump',
  'backup-unschedule': 'dump',
  'backup-set-encryption': 'dump',
  'backup-unset-encryption': 'dump',
  'upgrade-undo': 'dump',
  'upgrade-finish': 'dump',
  fork: 'files',
  'backup-archive': 'files',
  'backup-unarchive': 'files',
};

/** Commands that could only refuse are not shown; who types one is told why. */
function shownOf<Rows extends ReturnType<typeof rowsOf>>(kind: KindName, rows: Rows): Rows {
  const abilities: readonly Ability[] = serviceKinds[kind].abilities;
  const all = Object.entries(rows).map(([verb, row]) => {
    const need = needs[verb as ServiceVerb];
    return [verb, need === undefined || abilities.includes(need) ? row : { ...row, hidden: true }];
  });
  return Object.fromEntries(all) as Rows;
}

export type ServiceVerb = keyof ReturnType<typeof rowsOf>;

/** `postgres:create` and the others, of one kind. */
export type Named<Kind extends KindName, Rows> = {
  readonly [Verb in keyof Rows & string as `${Kind}:${Verb}`]: Rows[Verb];
};

/** Puts the kind before each verb. */
export function named<Kind extends KindName, Rows extends object>(kind: Kind, rows: Rows): Named<Kind, Rows> {
  const all = Object.entries(rows).map(([verb, row]) => [`${kind}:${verb}`, row]);
  // The compiler does not follow names that are put together at run time.
  return Object.fromEntries(all) as Named<Kind, Rows>;
}

/** The rows of one kind: the same for each. */
export function serviceOperations<Kind extends KindName>(kind: Kind) {
  return named(kind, shownOf(kind, rowsOf(kind)));
}
