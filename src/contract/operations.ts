import type { z } from 'zod';
import type { Values } from './field.ts';
import { appCopies } from './groups/app-copies.ts';
import { access } from './groups/access.ts';
import { apps } from './groups/apps.ts';
import { builder } from './groups/builder.ts';
import { builds } from './groups/builds.ts';
import { buildpacks } from './groups/buildpacks.ts';
import { certs } from './groups/certs.ts';
import { checks } from './groups/checks.ts';
import { cleanup } from './groups/cleanup.ts';
import { configFiles } from './groups/config-files.ts';
import { config } from './groups/config.ts';
import { doctor } from './groups/doctor.ts';
import { domains } from './groups/domains.ts';
import { events } from './groups/events.ts';
import { gitRemotes } from './groups/git-remotes.ts';
import { gitSources } from './groups/git-sources.ts';
import { git } from './groups/git.ts';
import { images } from './groups/images.ts';
import { letsencrypt } from './groups/letsencrypt.ts';
import { logs } from './groups/logs.ts';
import { ps } from './groups/ps.ts';
import { releaseChanges } from './groups/release-changes.ts';
import { releases } from './groups/releases.ts';
import { router } from './groups/router.ts';
import { resource } from './groups/resource.ts';
import { server } from './groups/server.ts';
import { sshKeys } from './groups/ssh-keys.ts';
import { work } from './groups/work.ts';
import { type KindName, kindNames, serviceKinds } from '../model/service-kind.ts';
import type { Operation } from './operation.ts';
import { serviceOperations } from './service-operations.ts';

/** Each kind of datastore has the same operations. */
const services = {
  postgres: serviceOperations('postgres'),
  mysql: serviceOperations('mysql'),
  mariadb: serviceOperations('mariadb'),
  redis: serviceOperations('redis'),
  valkey: serviceOperations('valkey'),
  memcached: serviceOperations('memcached'),
  rabbitmq: serviceOperations('rabbitmq'),
  nats: serviceOperations('nats'),
};

/** The table: every command and every call of the API. What is not in it does not exist. */
export const operations = {
  ...apps,
  ...appCopies,
  ...config,
  ...configFiles,
  ...git,
  ...gitSources,
  ...gitRemotes,
  ...builder,
  ...releases,
  ...releaseChanges,
  ...work,
  ...builds,
  ...ps,
  ...resource,
  ...checks,
  ...domains,
  ...certs,
  ...letsencrypt,
  ...router,
  ...logs,
  ...sshKeys,
  ...access,
  ...events,
  ...buildpacks,
  ...images,
  ...server,
  ...cleanup,
  ...doctor,
  ...services.postgres,
  ...services.mysql,
  ...services.mariadb,
  ...services.redis,
  ...services.valkey,
  ...services.memcached,
  ...services.rabbitmq,
  ...services.nats,
} as const;

export type OperationName = keyof typeof operations;

/** What the handler of an operation receives. */
export type InputOf<Name extends OperationName> = Values<(typeof operations)[Name]['input']>;

/** What the handler of an operation gives. */
export type OutputOf<Name extends OperationName> = z.infer<(typeof operations)[Name]['output']>;

/** The groups of help and docs, in their order. */
export const groups: readonly Group[] = [
  group('apps', 'Apps: create, list, lock, destroy', { ...apps, ...appCopies }),
  group('config', 'Environment variables of an app, or of all apps', { ...config, ...configFiles }),
  group('git', 'Deploys: what a push brings, an archive, an image', { ...git, ...gitSources, ...gitRemotes }),
  group('builder', 'How a source becomes an image', builder),
  group('releases', 'Releases, deploys and queued work; going back', {
    ...releases,
    ...releaseChanges,
    ...work,
  }),
  group('builds', 'What builds took, printed, and may take', builds),
  group('ps', 'Processes: scale, restart, stop, start', ps),
  group('resource', 'Limits of memory and processors', resource),
  group('checks', 'How processes prove that they are healthy', checks),
  group('domains', 'Host names of apps', domains),
  group('certs', 'Certificates that apps are given', certs),
  group('letsencrypt', 'Certificates that come by themselves', letsencrypt),
  group('router', 'How apps are served', router),
  ...kindNames.map(serviceGroup),
  group('logs', 'What processes print', logs),
  group('ssh-keys', 'Who may come in by SSH', sshKeys),
  group('access', 'Who may work on which app', access),
  group('events', 'Who did what', events),
  group('buildpacks', "Heroku's classic buildpacks", buildpacks),
  group('images', 'Base images made on this server', images),
  group('server', 'Versions, addresses and state of the server', {
    ...server,
    ...cleanup,
    ...doctor,
  }),
];

export interface Group {
  readonly name: string;
  readonly title: string;
  readonly operations: readonly OperationName[];
  /** The name of a group with the same operations, which docs need not tell again. */
  readonly like?: string;
}

function group(name: string, title: string, rows: Partial<typeof operations>): Group {
  return { name, title, operations: Object.keys(rows) as OperationName[] };
}

function serviceGroup(kind: KindName, at: number): Group {
  const whole = group(kind, `${serviceKinds[kind].title} services`, services[kind]);
  const [first] = kindNames;
  return at === 0 || first === undefined ? whole : { ...whole, like: first };
}

export const operationNames = Object.keys(operations) as readonly OperationName[];

/** Whether there is an operation of this very name; an alias is none. */
export function isOperation(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** The row of a name, for code that works on any row. */
export function rowOf(name: OperationName): Operation {
  return operations[name];
}

/** The operation of a name or alias, or undefined. */
export function findOperation(name: string): OperationName | undefined {
  return byName.get(name);
}

const byName: ReadonlyMap<string, OperationName> = new Map(
  operationNames.flatMap((name) =>
    [name, ...(rowOf(name).aliases ?? [])].map((alias) => [alias, name] as const),
  ),
);

/** All names that can be typed, those of the hidden operations left out. */
export const commandNames: readonly string[] = [
  ...operationNames.filter((name) => rowOf(name).hidden !== true),
  'help',
  'completion',
];
