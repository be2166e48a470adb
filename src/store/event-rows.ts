import type { EventRecord } from '../model/event.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { EventRows } from './store.ts';
import { whichApps } from './which-apps.ts';

export function eventRows(database: Database): EventRows {
  return {
    add: (event) => add(database, event),
    list: (query) => list(database, query),
  };
}

function add(database: Database, event: Omit<EventRecord, 'id'>): EventRecord {
  const sql =
    'INSERT INTO events (at, actor, operation, app, subject, outcome) VALUES (?, ?, ?, ?, ?, ?) RETURNING *';
  return database.get(
    sql,
    [event.at, event.actor, event.operation, event.app, event.subject, event.outcome],
    decode,
  );
}

function list(database: Database, query: Parameters<EventRows['list']>[0]): readonly EventRecord[] {
  const { limit, after = 0 } = query;
  const [which, values] = whichApps(query);
  const sql = `SELECT * FROM events WHERE ${which} AND id > ? ORDER BY id DESC LIMIT ?`;
  return database.all(sql, [...values, after, limit], decode);
}

function decode(row: Row): EventRecord {
  return {
    id: row.integer('id'),
    at: row.integer('at'),
    actor: row.text('actor'),
    operation: row.text('operation'),
    app: row.textOrNull('app'),
    subject: row.text('subject'),
    outcome: row.text('outcome'),
  };
}
