import { z } from 'zod';
import { type KindName, serviceKinds } from '../../model/service-kind.ts';
import { rest, text } from '../field.ts';
import { operation } from '../operation.ts';
import { detail, step } from '../print.ts';
import { serviceName } from './service-wishes.ts';

function exportData(kind: KindName) {
  return operation({
    summary: `Write a dump of a ${serviceKinds[kind].title} service to standard output`,
    examples: [`${kind}:export db`],
    right: 'server:admin',
    mutates: false,
    service: kind,
    lasts: true,
    input: { name: serviceName(kind) },
    output: z.object({ bytes: z.number().int() }),
    show: () => [],
  });
}

function importData(kind: KindName) {
  return operation({
    summary: `Put a dump from standard input in place of the data of a ${serviceKinds[kind].title} service`,
    description: 'A dump that is broken, or that ends too early, changes nothing.',
    examples: [`${kind}:import db < db.dump`],
    right: 'server:admin',
    mutates: true,
    service: kind,
    stdin: true,
    lasts: true,
    input: { name: serviceName(kind) },
    output: z.object({ bytes: z.number().int() }),
    show: ({ bytes }, { input }) => [
      step(`Imported into ${kind} service ${input.name}`),
      detail(`${bytes} bytes were read`),
    ],
  });
}

const conversation = {
  right: 'server:admin',
  // A session may last for hours: it holds up nobody, and leaves its event when it ends.
  mutates: true,
  besideLane: true,
  stdin: true,
  terminal: true,
  lasts: true,
  output: z.object({ exitCode: z.number().int() }),
  exit: ({ exitCode }: { readonly exitCode: number }) => exitCode,
  show: () => [],
} as const;

function connect(kind: KindName) {
  return operation({
    ...conversation,
    summary: `Talk with a ${serviceKinds[kind].title} service by its own client, logged in`,
    description:
      'In a terminal as if it ran here; over ssh that takes `ssh -t`. What is piped in is read as the client reads it, and its exit status is that of the command.',
    examples: [`${kind}:connect db`],
    service: kind,
    input: { name: serviceName(kind) },
  });
}

function enter(kind: KindName) {
  return operation({
    ...conversation,
    summary: `Open a shell in the container of a ${serviceKinds[kind].title} service, or run a command there`,
    description:
      'Over ssh a terminal takes `ssh -t`. Flags of the command stand behind `--`. Its exit status is that of the command.',
    examples: [`${kind}:enter db`, `${kind}:enter db -- ls -l /`],
    service: kind,
    input: {
      name: serviceName(kind),
      command: rest(text, { help: 'the command; a shell without it', placeholder: 'COMMAND', least: 0 }),
    },
    // What a command is given may be a secret.
    subject: ({ name, command }) => [name, ...command.slice(0, 1)].join(' '),
  });
}

/** The data of services of a kind. */
export function dataRows(kind: KindName) {
  return {
    connect: connect(kind),
    enter: enter(kind),
    export: exportData(kind),
    import: importData(kind),
  };
}
