import type { App } from '../model/app.ts';
import { failure } from '../model/failures.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { AppRows } from './store.ts';

type Change = Parameters<AppRows['set']>[1];

export function appRows(database: Database): AppRows {
  return {
    create: (name, at) => create(database, name, at),
    find: (name) => database.find('SELECT * FROM apps WHERE name = ?', [name], decode),
    all: () => database.all('SELECT * FROM apps ORDER BY name', [], decode),
    rename: (id, name) => database.transaction(() => rename(database, id, name)),
    set: (id, change) => database.transaction(() => set(database, id, change)),
    skipReleases: (id, upTo) =>
      void database.run('UPDATE apps SET last_release = max(last_release, ?) WHERE id = ?', [upTo, id]),
    remove: (id) => void database.run('DELETE FROM apps WHERE id = ?', [id]),
  };
}

function create(database: Database, name: string, at: number): App {
  const sql = 'INSERT INTO apps (name, created_at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING RETURNING *';
  const app = database.find(sql, [name, at], decode);
  if (!app) throw failure('E_APP_EXISTS', `App ${name} already exists`);
  return app;
}

function rename(database: Database, id: number, name: string): void {
  if (database.find('SELECT * FROM apps WHERE name = ?', [name], decode))
    throw failure('E_APP_EXISTS', `App ${name} already exists`);
  database.run('UPDATE apps SET name = ? WHERE id = ?', [name, id]);
}

function set(database: Database, id: number, change: Change): void {
  const now = database.find('SELECT * FROM apps WHERE id = ?', [id], decode);
  if (!now) throw new Error(`App ${id} is not in the store`);
  const app = { ...now, ...change };
  database.run('UPDATE apps SET current = ?, stopped = ?, locked = ?, deploy_branch = ? WHERE id = ?', [
    app.current,
    Number(app.stopped),
    Number(app.locked),
    app.deployBranch,
    id,
  ]);
}

function decode(row: Row): App {
  return {
    id: row.integer('id'),
    name: row.text('name'),
    createdAt: row.integer('created_at'),
    current: row.integerOrNull('current'),
    stopped: row.flag('stopped'),
    locked: row.flag('locked'),
    deployBranch: row.textOrNull('deploy_branch'),
  };
}
