import type { KindName } from '../model/service-kind.ts';
import { archiveRows } from './groups/service-archives.ts';
import { backupRows } from './groups/service-backups.ts';
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
    ...linkRows(kind),
    ...dataRows(kind),
    ...backupRows(kind),
    ...archiveRows(kind),
    ...restoreRows(kind),
    ...upgradeRows(kind),
    ...doorRows(kind),
  };
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
  return named(kind, rowsOf(kind));
}
