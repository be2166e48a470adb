import { z } from 'zod';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { flag, integer, option } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, header, listing, out, step, warning } from '../print.ts';
import { report, showReport } from '../report.ts';
import { serviceName, showCreated, wishes } from './service-wishes.ts';

function create(kind: KindName) {
  const { title } = serviceKinds[kind];
  return operation({
    summary: `Make a ${title} service`,
    description:
      'Returns when it takes requests. Only apps that are linked to it reach it. Its data lies in a volume, which nothing but destroy removes.',
    examples: [`${kind}:create db`, `${kind}:create --memory 512M db`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    serviceMayBeMissing: true,
    input: { ...wishes, name: serviceName(kind) },
    output: report,
    show: showCreated(title, ({ name }) => name),
  });
}

function info(kind: KindName) {
  return operation({
    summary: `Show what there is to know of a ${serviceKinds[kind].title} service, its address with the password too`,
    examples: [`${kind}:info db`, `${kind}:info db --dsn`, `${kind}:info db --status`],
    right: 'server:admin',
    mutates: false,
    service: kind,
    input: { name: serviceName(kind) },
    output: report,
    listing: 'report',
    show: showReport,
  });
}

const item = z.object({
  name: z.string(),
  version: z.string(),
  status: z.string(),
  apps: z.array(z.string()).readonly(),
});

function list(kind: KindName) {
  const { title } = serviceKinds[kind];
  return operation({
    summary: `List the ${title} services`,
    examples: [`${kind}:list`, `${kind}:list --format json`],
    right: 'server:read',
    mutates: false,
    input: {},
    output: z.array(item).readonly(),
    listing: 'list',
    aliases: [kind],
    show: (items, { quiet }) => [
      header(`${title} services`),
      ...listing([
        ...(quiet ? [] : [['NAME', 'VERSION', 'STATUS', 'LINKS']]),
        ...items.map(({ name, version, status, apps }) => [name, version, status, apps.join(',') || '-']),
      ]),
    ],
  });
}

function exists(kind: KindName) {
  return operation({
    summary: `Tell by the exit status whether a ${serviceKinds[kind].title} service is there`,
    examples: [`${kind}:exists db`],
    right: 'server:read',
    mutates: false,
    input: { name: serviceName(kind) },
    output: z.object({ exists: z.boolean() }),
    exit: ({ exists }) => (exists ? 0 : 1),
    show: ({ exists }, { input }) =>
      exists ? [out('Service exists')] : [warning(`Service ${input.name} does not exist`)],
  });
}

function destroy(kind: KindName) {
  return operation({
    summary: `Remove a ${serviceKinds[kind].title} service with all of its data`,
    description:
      'Refused while apps are linked to it. A last backup is made on the disk of this machine, and restored to see that it can be; --no-backup leaves that out. Asks for its name first; --force skips the question.',
    examples: [`${kind}:destroy db`, `${kind}:destroy --force --no-backup db`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: {
      name: serviceName(kind),
      noBackup: {
        place: 'flag',
        schema: z.boolean().default(false),
        placeholder: '',
        help: 'make no last backup',
      },
    },
    output: z.object({ name: z.string(), backup: z.number().int().nullable() }),
    confirm: ({ name }) => ({
      warning: `This command will destroy ${kind} service ${name}, with its data.`,
      expect: name,
    }),
    show: ({ name, backup }) => [
      step(`Destroyed ${kind} service ${name}`),
      ...(backup === null
        ? []
        : [
            detail(
              `Backup ${backup} has its data: ${kind}:create ${name}, then ${kind}:restore ${name} ${backup}`,
            ),
          ]),
    ],
  });
}

/** What starts or stops it. */
function switcher(
  kind: KindName,
  how: { readonly verb: string; readonly summary: string; readonly aliases?: readonly string[] },
) {
  return operation({
    summary: how.summary,
    examples: [`${kind}:${how.verb} db`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    input: { name: serviceName(kind) },
    output: z.object({ changed: z.boolean() }),
    ...(how.aliases === undefined ? {} : { aliases: how.aliases }),
    show: ({ changed }) => (changed ? [] : [out('Nothing changed')]),
  });
}

function logs(kind: KindName) {
  return operation({
    summary: `Show what a ${serviceKinds[kind].title} service prints`,
    examples: [`${kind}:logs db`, `${kind}:logs db -t`, `${kind}:logs db -n 20`],
    right: 'server:admin',
    mutates: false,
    service: kind,
    lasts: true,
    input: {
      name: serviceName(kind),
      tail: flag({ help: 'go on with new lines until interrupted', short: 't' }),
      num: option(integer(1, 100_000, 'The number of lines'), {
        help: 'how many lines (100)',
        placeholder: 'N',
        short: 'n',
      }),
    },
    output: z.object({}),
    show: () => [],
  });
}

/** Making and keeping services of a kind. */
export function serviceRows(kind: KindName) {
  const { title } = serviceKinds[kind];
  return {
    create: create(kind),
    info: info(kind),
    list: list(kind),
    exists: exists(kind),
    start: switcher(kind, { verb: 'start', summary: `Start a ${title} service that was stopped` }),
    stop: switcher(kind, {
      verb: 'stop',
      summary: `Stop a ${title} service; its data stays, and linked apps cannot reach it`,
      aliases: [`${kind}:pause`],
    }),
    restart: switcher(kind, { verb: 'restart', summary: `Stop a ${title} service and start it again` }),
    logs: logs(kind),
    destroy: destroy(kind),
  };
}
