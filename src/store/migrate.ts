import { failure } from '../model/failures.ts';
import type { Database } from './database.ts';
import { initial } from './migrations/0001-initial.ts';
import { access } from './migrations/0002-access.ts';
import { jobs } from './migrations/0003-jobs.ts';
import { settingsAndCredentials } from './migrations/0004-settings-credentials.ts';
import { drained } from './migrations/0005-drained.ts';
import { build } from './migrations/0006-build.ts';
import { builder } from './migrations/0007-builder.ts';
import { certificates } from './migrations/0008-certificates.ts';
import { services } from './migrations/0009-services.ts';
import { exposed } from './migrations/0011-exposed.ts';
import { archives } from './migrations/0012-archives.ts';
import { upgrades } from './migrations/0010-upgrades.ts';

/** In order; the place in the list, from 1, is the version. One that was released is never changed. */
export const migrations: readonly string[] = [
  initial,
  access,
  jobs,
  settingsAndCredentials,
  drained,
  build,
  builder,
  certificates,
  services,
  upgrades,
  exposed,
  archives,
];

/**
 * Brings the store to the last version, each step in a transaction of its own together with its version number.
 * Throws E_STORE for a store that a newer program wrote.
 */
export function migrate(database: Database, steps: readonly string[] = migrations): void {
  const from = versionOf(database);
  if (from > steps.length) {
    throw failure(
      'E_STORE',
      `The store has version ${from}; this program knows versions up to ${steps.length}`,
      {
        hint: 'start the newer Slipway that wrote it, or restore a backup made before the upgrade',
      },
    );
  }
  for (const [index, sql] of steps.entries()) {
    if (index < from) continue;
    database.transaction(() => {
      database.execute(sql);
      database.execute(`PRAGMA user_version = ${index + 1}`);
    });
  }
}

/** Whether an older program wrote it. A store that is just being made has the version 0. */
export function isOutdated(database: Database): boolean {
  const version = versionOf(database);
  return version > 0 && version < migrations.length;
}

function versionOf(database: Database): number {
  return database.get('PRAGMA user_version', [], (row) => row.integer('user_version'));
}
