import { z } from 'zod';
import type { App } from '../model/app.ts';
import type { Deploy, DeployEnd, DeployKind, DeployState, NewDeploy } from '../model/deploy.ts';
import type { Drained } from '../model/drain.ts';
import type { Database, Parameters } from './database.ts';
import type { Row } from './row.ts';
import { skipTo } from './skip-to.ts';
import type { DeployRows } from './store.ts';

const states: readonly DeployState[] = ['queued', 'running', 'succeeded', 'failed', 'cancelled'];

/** A Record, so that a kind that is added to the model and not here does not compile. */
const kinds: Readonly<Record<DeployKind, true>> = {
  git: true,
  archive: true,
  image: true,
  rebuild: true,
  config: true,
  scale: true,
  rollback: true,
  restart: true,
  start: true,
  domains: true,
  rename: true,
  clone: true,
};

const kindWords = Object.keys(kinds).filter(isKind);

const stepsColumn = z.array(z.object({ name: z.string(), milliseconds: z.number() }));

const openCounts = z.object({ request: z.number(), stream: z.number(), websocket: z.number() });

const drainedColumn = z.object({
  milliseconds: z.number(),
  finished: openCounts,
  closed: openCounts,
  times: openCounts,
});

const select = 'SELECT deploys.*, apps.name AS app_name FROM deploys JOIN apps ON apps.id = deploys.app';

export function deployRows(database: Database): DeployRows {
  return {
    create: (app, deploy) => create(database, app, deploy),
    skipTo: (id) => skipTo(database, 'deploys', id),
    find: (id) => database.find(`${select} WHERE deploys.id = ?`, [id], decode),
    // A limit below 0 is none (sqlite.org/lang_select.html#limitoffset).
    list: (app, limit = -1) =>
      database.all(
        `${select} WHERE deploys.app = ? ORDER BY deploys.id DESC LIMIT ?`,
        [app.id, limit],
        decode,
      ),
    builds: (app, limit) =>
      database.all(
        `${select} WHERE deploys.app = ? AND deploys.builder IS NOT NULL ORDER BY deploys.id DESC LIMIT ?`,
        [app.id, limit],
        decode,
      ),
    unfinished: () =>
      database.all(`${select} WHERE deploys.finished_at IS NULL ORDER BY deploys.id`, [], decode),
    start: (id, at) => change(database, id, ["state = 'running', started_at = ?", [at]]),
    setRelease: (id, release) => change(database, id, ['release = ?', [release]]),
    setBuilder: (id, builder) => change(database, id, ['builder = ?', [builder]]),
    setDrained: (id, drained) => setDrained(database, id, drained),
    finish: (id, end) => change(database, id, ending(end)),
  };
}

function create(database: Database, app: App, deploy: NewDeploy): Deploy {
  const sql =
    'INSERT INTO deploys (app, kind, subject, actor, created_at) VALUES (?, ?, ?, ?, ?) RETURNING *, ? AS app_name';
  return database.get(
    sql,
    [app.id, deploy.kind, deploy.subject, deploy.actor, deploy.createdAt, app.name],
    decode,
  );
}

function ending(end: DeployEnd): readonly [string, Parameters] {
  return [
    'state = ?, finished_at = ?, failure_code = ?, failure_message = ?, steps = ?',
    [end.state, end.at, end.failure?.code ?? null, end.failure?.message ?? null, JSON.stringify(end.steps)],
  ];
}

function change(database: Database, id: number, [assignments, values]: readonly [string, Parameters]): void {
  const changed = database.run(`UPDATE deploys SET ${assignments} WHERE id = ?`, [...values, id]);
  if (changed === 0) throw new Error(`Deploy ${id} is not in the store`);
}

function setDrained(database: Database, id: number, drained: Drained): void {
  database.run('UPDATE deploys SET drained = ? WHERE id = ?', [JSON.stringify(drained), id]);
}

function decode(row: Row): Deploy {
  const code = row.textOrNull('failure_code');
  return {
    id: row.integer('id'),
    app: row.text('app_name'),
    kind: row.oneOf('kind', kindWords),
    subject: row.text('subject'),
    actor: row.text('actor'),
    state: row.oneOf('state', states),
    createdAt: row.integer('created_at'),
    startedAt: row.integerOrNull('started_at'),
    finishedAt: row.integerOrNull('finished_at'),
    release: row.integerOrNull('release'),
    builder: row.textOrNull('builder'),
    failure: code === null ? null : { code, message: row.text('failure_message') },
    steps: row.json('steps', stepsColumn),
    drained: row.textOrNull('drained') === null ? null : row.json('drained', drainedColumn),
  };
}

function isKind(word: string): word is DeployKind {
  return Object.hasOwn(kinds, word);
}
