import type { Secret } from '../base/secret.ts';
import { type Job, type JobEnd, jobStates, type NewJob } from '../model/job.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import { skipTo } from './skip-to.ts';
import type { JobRows, Sealer } from './store.ts';
import { whichApps } from './which-apps.ts';

export function jobRows(database: Database, sealer: Sealer): JobRows {
  return {
    create: (job) => create(database, sealer, job),
    find: (id) => database.find('SELECT * FROM jobs WHERE id = ?', [id], decode),
    order: (id) => order(database, sealer, id),
    list: (query) => list(database, query),
    unfinished: () => database.all('SELECT * FROM jobs WHERE finished_at IS NULL ORDER BY id', [], decode),
    start: (id, at) => change(database, "state = 'running', started_at = ?", [at, id]),
    requeue: (id) => change(database, "state = 'waiting', started_at = NULL", [id]),
    finish: (id, end) => finish(database, id, end),
    skipTo: (id) => skipTo(database, 'jobs', id),
    rename: (from, to) =>
      void database.run("UPDATE jobs SET app = ? WHERE app = ? AND state <> 'waiting'", [to, from]),
    forget: (app) => void database.run('DELETE FROM jobs WHERE app = ? AND finished_at IS NOT NULL', [app]),
    prune: (keep) => prune(database, keep),
  };
}

function create(database: Database, sealer: Sealer, job: NewJob): Job {
  const sql = `INSERT INTO jobs (app, operation, actor, created_at, state, started_at, detached, sealed_order)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`;
  const turn = job.running ? ['running', job.createdAt] : ['waiting', null];
  const order = job.order === null ? [0, null] : [1, sealer.seal(job.order)];
  return database.get(sql, [job.app, job.operation, job.actor, job.createdAt, ...turn, ...order], decode);
}

function order(database: Database, sealer: Sealer, id: number): Secret | undefined {
  const sql = 'SELECT sealed_order FROM jobs WHERE id = ? AND sealed_order IS NOT NULL';
  return database.find(sql, [id], (row) => sealer.open(row.bytes('sealed_order')));
}

function list(database: Database, query: Parameters<JobRows['list']>[0]): readonly Job[] {
  const [which, values] = whichApps(query);
  const sql = `SELECT * FROM jobs WHERE ${which} ORDER BY id DESC LIMIT ?`;
  // A limit below 0 is none (sqlite.org/lang_select.html#limitoffset).
  return database.all(sql, [...values, query.limit ?? -1], decode);
}

/** What a detached one was to do is needed no more. */
function finish(database: Database, id: number, { state, at, failure }: JobEnd): void {
  const assignments =
    'state = ?, finished_at = ?, failure_code = ?, failure_message = ?, sealed_order = NULL';
  change(database, assignments, [state, at, failure?.code ?? null, failure?.message ?? null, id]);
}

/** `values` end with the id. */
function change(database: Database, assignments: string, values: (string | number | null)[]): void {
  const changed = database.run(`UPDATE jobs SET ${assignments} WHERE id = ?`, values);
  if (changed === 0) throw new Error(`Job ${values.at(-1)} is not in the store`);
}

function prune(database: Database, keep: number): readonly number[] {
  const sql = `DELETE FROM jobs WHERE finished_at IS NOT NULL
    AND id <= (SELECT id FROM jobs ORDER BY id DESC LIMIT 1 OFFSET ?) RETURNING id`;
  return database.all(sql, [keep], (row) => row.integer('id'));
}

function decode(row: Row): Job {
  const code = row.textOrNull('failure_code');
  return {
    id: row.integer('id'),
    app: row.text('app'),
    operation: row.text('operation'),
    actor: row.text('actor'),
    state: row.oneOf('state', jobStates),
    detached: row.flag('detached'),
    createdAt: row.integer('created_at'),
    startedAt: row.integerOrNull('started_at'),
    finishedAt: row.integerOrNull('finished_at'),
    failure: code === null ? null : { code, message: row.text('failure_message') },
  };
}
