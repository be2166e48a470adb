import { z } from 'zod';
import { Secret } from '../base/secret.ts';
import type { App } from '../model/app.ts';
import type { Config, ReleaseRecord, ReleaseState } from '../model/release.ts';
import type { Database } from './database.ts';
import {
  buildColumn,
  domainsColumn,
  formationColumn,
  imageColumn,
  processesColumn,
} from './release-columns.ts';
import type { Row } from './row.ts';
import type { ReleaseRows, Sealer } from './store.ts';

type NewRelease = Parameters<ReleaseRows['record']>[1];
type Origin = Parameters<ReleaseRows['record']>[2];

const states: readonly ReleaseState[] = ['pending', 'passed', 'failed'];

export function releaseRows(database: Database, sealer: Sealer): ReleaseRows {
  const decodeOf = (app: App) => (row: Row) => decode(row, app, sealer);
  return {
    record(app, release, by) {
      return database.transaction(() => {
        const values = [app.id, nextNumber(database, app), ...encode(release, by, sealer)];
        return database.get(insert, values, decodeOf(app));
      });
    },
    find: (app, number) =>
      database.find('SELECT * FROM releases WHERE app = ? AND number = ?', [app.id, number], decodeOf(app)),
    list: (app) =>
      database.all('SELECT * FROM releases WHERE app = ? ORDER BY number DESC', [app.id], decodeOf(app)),
    setState: (app, number, state) => setState(database, { app, number, state }),
  };
}

const insert = `INSERT INTO releases
  (app, number, state, image, sealed_config, processes, formation, domains, revision, stop_timeout, restart_policy,
   revision_variable, description, build, deploy, created_by, created_at)
  VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`;

function nextNumber(database: Database, app: App): number {
  const sql = 'UPDATE apps SET last_release = last_release + 1 WHERE id = ? RETURNING last_release';
  return database.get(sql, [app.id], (row) => row.integer('last_release'));
}

function encode(release: NewRelease, by: Origin, sealer: Sealer): (string | number | null | Uint8Array)[] {
  return [
    JSON.stringify(release.image),
    sealConfig(release.config, sealer),
    JSON.stringify(release.processes),
    JSON.stringify(release.formation),
    JSON.stringify(release.domains),
    release.revision,
    release.stopTimeout,
    release.restartPolicy,
    release.revisionVariable,
    release.description,
    release.build && JSON.stringify(release.build),
    by.deploy,
    by.actor,
    by.at,
  ];
}

function decode(row: Row, app: App, sealer: Sealer): ReleaseRecord {
  return {
    release: {
      app: app.name,
      number: row.integer('number'),
      image: row.json('image', imageColumn),
      config: openConfig(row.bytes('sealed_config'), sealer),
      processes: row.json('processes', processesColumn),
      formation: row.json('formation', formationColumn),
      domains: row.json('domains', domainsColumn),
      revision: row.textOrNull('revision'),
      stopTimeout: row.integer('stop_timeout'),
      restartPolicy: row.text('restart_policy'),
      revisionVariable: row.text('revision_variable'),
      description: row.text('description'),
      build: row.textOrNull('build') === null ? null : row.json('build', buildColumn),
    },
    state: row.oneOf('state', states),
    createdAt: row.integer('created_at'),
    createdBy: row.text('created_by'),
    deploy: row.integer('deploy'),
  };
}

function setState(database: Database, to: { app: App; number: number; state: ReleaseState }): void {
  const sql = 'UPDATE releases SET state = ? WHERE app = ? AND number = ?';
  if (database.run(sql, [to.state, to.app.id, to.number]) === 0) {
    throw new Error(`Release ${to.number} of app ${to.app.name} is not in the store`);
  }
}

/** The whole config as one sealed value: the keys are hidden too. */
function sealConfig(config: Config, sealer: Sealer): Uint8Array {
  const plain = Object.entries(config).map(([key, value]) => [key, value.reveal()]);
  return sealer.seal(new Secret(JSON.stringify(plain)));
}

const plainConfig = z.array(z.tuple([z.string(), z.string()]));

function openConfig(sealed: Uint8Array, sealer: Sealer): Config {
  const plain = plainConfig.parse(JSON.parse(sealer.open(sealed).reveal()));
  return Object.fromEntries(plain.map(([key, value]) => [key, new Secret(value)]));
}
