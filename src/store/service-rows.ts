import { z } from 'zod';
import { Secret } from '../base/secret.ts';
import { failure } from '../model/failures.ts';
import type { Config } from '../model/release.ts';
import {
  linkStates,
  type Service,
  type ServiceLink,
  type ServiceLogin,
  serviceStates,
} from '../model/service.ts';
import { checkKind } from './check-kind.ts';
import type { Database } from './database.ts';
import type { Row } from './row.ts';
import type { LinkRows, NewService, Sealer, ServiceChange, ServiceRows } from './store.ts';

export function serviceRows(database: Database, sealer: Sealer): ServiceRows {
  const all = (where: string, values: readonly (string | number)[]) =>
    database.all(`SELECT * FROM services ${where} ORDER BY kind, name`, values, (row) => decode(row, sealer));
  return {
    create: (service) => create(database, sealer, service),
    find: ({ kind, name }) => all('WHERE kind = ? AND name = ?', [kind, name])[0],
    all: (kind) => (kind === undefined ? all('', []) : all('WHERE kind = ?', [kind])),
    archived: () => all('WHERE archived = 1', []),
    set: (id, change) => database.transaction(() => set(database, sealer, { id, change })),
    forgetFilling: () => void database.run('UPDATE services SET filling = NULL', []),
    remove: (id) => void database.run('DELETE FROM services WHERE id = ?', [id]),
  };
}

function create(database: Database, sealer: Sealer, service: NewService): Service {
  const { kind, name, createdAt, createdBy, login } = service;
  const columns = {
    kind,
    name,
    created_at: createdAt,
    created_by: createdBy,
    sealed_login: sealer.seal(loginText(login)),
    ...changingColumns({ ...service, ...asNew }, sealer),
  };
  const names = Object.keys(columns);
  const made = database.find(
    `INSERT INTO services (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
     ON CONFLICT (kind, name) DO NOTHING RETURNING *`,
    Object.values(columns),
    (row) => decode(row, sealer),
  );
  if (!made) throw failure('E_EXISTS', `${kind}:${name} already exists`);
  return made;
}

const asNew = {
  volume: 1,
  state: 'making',
  stopped: false,
  kept: null,
  filling: null,
  exposed: null,
  archived: false,
} as const;

/** Nothing for one that is gone. */
function set(
  database: Database,
  sealer: Sealer,
  { id, change }: { readonly id: number; readonly change: ServiceChange },
): void {
  const now = database.find('SELECT * FROM services WHERE id = ?', [id], (row) => decode(row, sealer));
  if (!now) return;
  const columns = changingColumns({ ...now, ...change }, sealer);
  const places = Object.keys(columns).map((column) => `${column} = ?`);
  database.run(`UPDATE services SET ${places.join(', ')} WHERE id = ?`, [...Object.values(columns), id]);
}

function changingColumns(service: Required<ServiceChange>, sealer: Sealer) {
  const { image, env, size, options, volume, state, stopped, kept, filling, exposed, archived } = service;
  return {
    image_reference: image.reference,
    image_id: image.id,
    image_digest: image.digest,
    sealed_env: sealer.seal(envText(env)),
    memory: size.memory,
    shm: size.shm,
    options: JSON.stringify(options),
    volume,
    state,
    stopped: Number(stopped),
    kept: kept && JSON.stringify(kept),
    filling,
    exposed: exposed && JSON.stringify(exposed),
    archived: Number(archived),
  };
}

function decode(row: Row, sealer: Sealer): Service {
  const open = (column: string) => sealer.open(row.bytes(column)).reveal();
  return {
    id: row.integer('id'),
    kind: checkKind(row.text('kind')),
    name: row.text('name'),
    createdAt: row.integer('created_at'),
    createdBy: row.text('created_by'),
    image: {
      reference: row.text('image_reference'),
      id: row.text('image_id'),
      digest: row.textOrNull('image_digest'),
    },
    login: loginOf(open('sealed_login')),
    env: envOf(open('sealed_env')),
    volume: row.integer('volume'),
    size: { memory: row.integerOrNull('memory'), shm: row.integerOrNull('shm') },
    options: row.json('options', z.array(z.string())),
    state: row.oneOf('state', serviceStates),
    stopped: row.flag('stopped'),
    kept: row.textOrNull('kept') === null ? null : row.json('kept', keptVersion),
    filling: row.integerOrNull('filling'),
    archived: row.flag('archived'),
    exposed: row.textOrNull('exposed') === null ? null : row.json('exposed', place),
  };
}

const place = z.object({ address: z.string(), port: z.number().int() });

const keptVersion = z.object({
  image: z.object({ reference: z.string(), id: z.string(), digest: z.string().nullable() }),
  volume: z.number().int(),
  options: z.array(z.string()),
  since: z.number(),
});

const login = z.object({
  user: z.string(),
  password: z.string(),
  adminPassword: z.string(),
  database: z.string(),
});

function loginText({ user, password, adminPassword, database }: ServiceLogin): Secret {
  const values = { user, password: password.reveal(), adminPassword: adminPassword.reveal(), database };
  return new Secret(JSON.stringify(values));
}

function loginOf(text: string): ServiceLogin {
  const { password, adminPassword, ...rest } = login.parse(JSON.parse(text));
  return { ...rest, password: new Secret(password), adminPassword: new Secret(adminPassword) };
}

function envText(env: Config): Secret {
  const values = Object.entries(env).map(([name, value]) => [name, value.reveal()]);
  return new Secret(JSON.stringify(Object.fromEntries(values)));
}

function envOf(text: string): Config {
  const values = z.record(z.string(), z.string()).parse(JSON.parse(text));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]));
}

export function linkRows(database: Database): LinkRows {
  const all = (where: string, value: number) =>
    database.all(
      `SELECT service_links.*, services.kind, services.name, apps.name AS app_name FROM service_links
       JOIN services ON services.id = service_links.service JOIN apps ON apps.id = service_links.app
       WHERE ${where} ORDER BY app_name, kind, services.name`,
      [value],
      decodeLink,
    );
  return {
    ofService: (service) => all('service_links.service = ?', service),
    ofApp: (app) => all('service_links.app = ?', app),
    set: (service, app, { state, query }) =>
      void database.run(
        'INSERT OR REPLACE INTO service_links (service, app, state, query) VALUES (?, ?, ?, ?)',
        [service, app, state, query],
      ),
    remove: (service, app) =>
      void database.run('DELETE FROM service_links WHERE service = ? AND app = ?', [service, app]),
    settle: () =>
      database.transaction(() => {
        database.run("DELETE FROM service_links WHERE state = 'linking'", []);
        database.run("UPDATE service_links SET state = 'linked' WHERE state = 'unlinking'", []);
      }),
  };
}

function decodeLink(row: Row): ServiceLink {
  return {
    kind: checkKind(row.text('kind')),
    name: row.text('name'),
    app: row.text('app_name'),
    state: row.oneOf('state', linkStates),
    query: row.text('query'),
  };
}
