import { z } from 'zod';
import { Secret } from '../base/secret.ts';
import { type Backup, type BackupPlan, backupStates, noBackupPlan } from '../model/backup.ts';
import type { ServiceName } from '../model/service.ts';
import { checkKind } from './check-kind.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { BackupRows, Sealer } from './store.ts';

export function backupRows(database: Database, sealer: Sealer): BackupRows {
  return {
    plan: (service) =>
      database.find('SELECT * FROM backup_plans WHERE service = ?', [service], (row) =>
        decodePlan(row, sealer),
      ) ?? noBackupPlan,
    setPlan: (service, plan) => setPlan(database, sealer, { service, plan }),
    begin: (backup) =>
      database.get(
        `INSERT INTO backups (kind, name, object, place, encrypted, started_at, state) VALUES (?, ?, ?, ?, ?, ?, 'making')
         RETURNING *`,
        [backup.kind, backup.name, backup.object, backup.place, Number(backup.encrypted), backup.startedAt],
        decode,
      ),
    end: (id, { state, at, dumpBytes, bytes, counts, failure }) =>
      void database.run(
        'UPDATE backups SET state = ?, finished_at = ?, dump_bytes = ?, bytes = ?, counts = ?, failure = ? WHERE id = ?',
        [state, at, dumpBytes, bytes, counts && JSON.stringify(counts), failure, id],
      ),
    verify: (id, verification) =>
      void database.run('UPDATE backups SET verified = ? WHERE id = ?', [JSON.stringify(verification), id]),
    find: (id) => database.find('SELECT * FROM backups WHERE id = ?', [id], decode),
    of: ({ kind, name }: ServiceName) =>
      database.all(
        'SELECT * FROM backups WHERE kind = ? AND name = ? ORDER BY id DESC',
        [kind, name],
        decode,
      ),
    unfinished: () => database.all("SELECT * FROM backups WHERE state = 'making' ORDER BY id", [], decode),
    remove: (id) => void database.run('DELETE FROM backups WHERE id = ?', [id]),
  };
}

function setPlan(
  database: Database,
  sealer: Sealer,
  { service, plan }: { readonly service: number; readonly plan: BackupPlan },
): void {
  const { login, bucket, passphrase, schedule, keep, since } = plan;
  const text = login && JSON.stringify({ ...login, secretKey: login.secretKey.reveal() });
  database.run('INSERT OR REPLACE INTO backup_plans VALUES (?, ?, ?, ?, ?, ?, ?)', [
    service,
    text === null ? null : sealer.seal(new Secret(text)),
    bucket,
    passphrase && sealer.seal(passphrase),
    schedule,
    keep,
    since,
  ]);
}

const login = z.object({
  accessKey: z.string(),
  secretKey: z.string().transform((text) => new Secret(text)),
  region: z.string(),
  endpoint: z.string().nullable(),
});

function decodePlan(row: Row, sealer: Sealer): BackupPlan {
  const opened = (name: string) => {
    const bytes = row.bytesOrNull(name);
    return bytes && sealer.open(bytes);
  };
  const text = opened('sealed_login');
  return {
    login: text && login.parse(JSON.parse(text.reveal())),
    bucket: row.textOrNull('bucket'),
    passphrase: opened('sealed_passphrase'),
    schedule: row.textOrNull('schedule'),
    keep: row.textOrNull('keep'),
    since: row.integer('since'),
  };
}

const numbers = z.record(z.string(), z.number());
const counts = z.object({ before: numbers, after: numbers });
const verification = z.object({
  at: z.number(),
  milliseconds: z.number(),
  problems: z.array(z.string()).readonly(),
});

function decode(row: Row): Backup {
  const json = <T>(name: string, schema: z.ZodType<T>) =>
    row.textOrNull(name) === null ? null : row.json(name, schema);
  return {
    id: row.integer('id'),
    kind: checkKind(row.text('kind')),
    name: row.text('name'),
    object: row.text('object'),
    place: row.text('place'),
    encrypted: row.flag('encrypted'),
    startedAt: row.integer('started_at'),
    finishedAt: row.integerOrNull('finished_at'),
    state: row.oneOf('state', backupStates),
    dumpBytes: row.integer('dump_bytes'),
    bytes: row.integer('bytes'),
    counts: json('counts', counts),
    verified: json('verified', verification),
    failure: row.textOrNull('failure'),
  };
}
