import { z } from 'zod';
import { Secret } from '../../base/secret.ts';
import { failure } from '../../model/failures.ts';
import { configKeyProblem } from '../../model/config-key.ts';
import { splitShellWords } from '../../model/shell-words.ts';
import { serviceNameProblem } from '../../model/service.ts';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { checked, type Field, flag, integer, option, readBy, word } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, header, listing, out, step, warning } from '../print.ts';
import { readMemory } from '../read-memory.ts';
import { type Report, report, showReport } from '../report.ts';

/** The service that a command names: the first word of each. */
export function serviceName(kind: KindName): Field<string> {
  return word(checked(serviceNameProblem), { help: 'the service', placeholder: 'NAME', completes: kind });
}

/** `A=1;B=2` */
function readEnv(word: string): Readonly<Record<string, Secret>> {
  const pairs = word.split(';').filter((pair) => pair !== '');
  if (pairs.length === 0) throw failure('E_INPUT', 'Variables are written as "A=1;B=2"');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
      const problem = configKeyProblem(key);
      if (problem !== undefined) throw failure('E_INPUT', problem, { hint: 'such as "A=1;B=2"' });
      return [key, new Secret(value)] as const;
    }),
  );
}

function readOptions(text: string): readonly string[] {
  const words = splitShellWords(text);
  if (words.length === 0) throw failure('E_INPUT', 'The words for its program are empty');
  return words;
}

function readPassword(word: string): Secret {
  if (!/^[\x21-\x7e]{8,128}$/.test(word))
    throw failure('E_INPUT', 'A password has 8 to 128 visible characters of ASCII, and no spaces');
  return new Secret(word);
}

function versionProblem(version: string): string | undefined {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(version)
    ? undefined
    : `${JSON.stringify(version.slice(0, 80))} is not a version of an image, such as 15 or 15-alpine`;
}

function imageProblem(image: string): string | undefined {
  return /^[a-z0-9][a-z0-9._:/-]{0,199}$/.test(image) && !image.includes('@')
    ? undefined
    : `${JSON.stringify(image.slice(0, 80))} is not the name of an image without its version, such as postgis/postgis`;
}

/** What `create` takes, and what a copy may have of its own. */
export const wishes = {
  image: option(checked(imageProblem), { help: 'another image', placeholder: 'IMAGE', short: 'i' }),
  imageVersion: option(checked(versionProblem), {
    help: 'another version of the image',
    placeholder: 'VERSION',
    short: 'I',
  }),
  memory: option(readBy(readMemory), {
    help: 'the most memory that it may use; a number alone is MB',
    placeholder: 'SIZE',
    short: 'm',
  }),
  shmSize: option(readBy(readMemory), {
    help: 'the size of its /dev/shm',
    placeholder: 'SIZE',
    short: 's',
  }),
  password: option(readBy(readPassword), {
    help: 'its password; a random one without this',
    placeholder: 'PASSWORD',
    short: 'p',
  }),
  customEnv: option(readBy(readEnv), {
    help: 'variables for its container',
    placeholder: '"A=1;B=2"',
    short: 'C',
  }),
  configOptions: option(readBy(readOptions), {
    help: 'words for its program',
    placeholder: 'OPTIONS',
    short: 'c',
  }),
};

/** A header, then what there is to know of it. */
function showCreated<Input>(title: string, nameOf: (input: Input) => string) {
  return (output: Report, { input }: { readonly input: Input }) => [
    header(`${title} container created: ${nameOf(input)}`),
    ...showReport(output, { info: null }).slice(1),
  ];
}

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

function clone(kind: KindName) {
  const { title } = serviceKinds[kind];
  return operation({
    summary: `Make another ${title} service with the data of one that is there`,
    description:
      'With a password of its own, and as the first one is in all that is not said. That is only read, and runs on.',
    examples: [`${kind}:clone db db-copy`, `${kind}:clone --memory 256M db db-copy`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: {
      ...wishes,
      name: serviceName(kind),
      into: newService(),
    },
    output: report,
    show: showCreated(title, ({ into }) => into),
  });
}

function fork(kind: KindName) {
  const { title } = serviceKinds[kind];
  const { image: _image, imageVersion: _version, ...changes } = wishes;
  return operation({
    summary: `Make another ${title} service from the data files of one that is there, in seconds`,
    description:
      'All of it, further databases and users too, as it was at one moment; with a password of its own. The first one runs on.',
    examples: [`${kind}:fork db db-fork`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    lasts: true,
    input: { ...changes, name: serviceName(kind), into: newService() },
    output: report,
    show: showCreated(title, ({ into }) => into),
  });
}

const newService = () => word(checked(serviceNameProblem), { help: 'the new service', placeholder: 'NEW' });

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
    clone: clone(kind),
    fork: fork(kind),
    destroy: destroy(kind),
  };
}
